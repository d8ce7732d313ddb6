// Which detections are to find which attack: what is measured, not what is found.

/// The kinds of attack that captured runs name, with the detections (rule tags `grantaudit.…`) that are about them.
enum KnownAttacks {
    /// The tags of rules that are about the attack `name` (`kind` or `kind/variant`); empty for one that nobody knows.
    static func detections(_ name: String) -> Set<String> {
        let kind = name.split(separator: "/").first.map(String.init) ?? name
        return Set((byName[name] ?? byName[kind] ?? []).map { "grantaudit." + $0 })
    }

    private static let byName: [String: [String]] = [
        "client_auth/public_without_secret": ["snd-04"],
        "client_auth/secret_bruteforce": ["bru-01"],
        "client_auth/secret_spray": ["bru-02", "bru-01"],
        "client_auth/unknown_ids": ["bru-03", "bru-02", "bru-01"],
        "client_auth/unknown_ids_authorize": ["bru-03", "red-02"],
        "client_mixup_public_code_by_confidential": ["cod-03"],
        "code_expired": ["cod-08"],
        "code_guess": ["bru-04", "bru-01"],
        "code_replay": ["cod-01", "cod-02", "cod-03", "cod-07"],
        "error_storm": ["rat-03", "bru-04", "bru-01"],
        "grant_type/client_credentials_not_allowed": ["grt-03"],
        "grant_type/implicit": ["grt-02"],
        "grant_type/jwt_bearer_none": ["xch-05", "snd-05", "grt-03"],
        "grant_type/missing": ["grt-03"],
        "grant_type/password": ["grt-01"],
        "grant_type/password_spray": ["bru-05", "grt-01"],
        "grant_type/unknown": ["grt-03"],
        "introspection_bad_secret": ["bru-01"],
        "introspection_scan": ["bru-04"],
        "log_injection": ["hyg-03"],
        "login_bruteforce": ["bru-05"],
        "login_spray": ["bru-05"],
        "missing_state": ["pkc-01"],
        "pkce/challenge_stripped_confidential": ["pkc-01", "pkc-04"],
        "pkce/challenge_stripped_public": ["pkc-01", "pkc-04"],
        "pkce/plain_instead_of_S256": ["pkc-01"],
        "pkce/missing_verifier": ["cod-06", "pkc-03"],
        "pkce/verifier_without_challenge": ["cod-06", "pkc-02"],
        "pkce/wrong_verifier": ["cod-06"],
        "redirect_uri": ["red-01", "red-02", "red-03"],
        "redirect_uri/token_mismatch": ["red-05"],
        "redirect_uri/token_missing": ["red-05"],
        "redirect_uri/token_other_registered": ["red-05"],
        "refresh_token": ["rft-01", "rft-03", "rft-02"],
        "refresh_token/guess": ["bru-04", "bru-01"],
        "refresh_token/other_client": ["rft-06"],
        "refresh_token/revoked": ["rev-01"],
        "request_uri_ssrf": ["pkc-06"],
        "revoke_foreign_token": ["rft-06", "rev-05"],
        "scope/authorize_unknown": ["scp-06", "scp-03"],
        "scope/authorize_unregistered": ["scp-06", "scp-03"],
        "scope": ["scp-02"],
        "secret_in_url": ["hyg-02", "hyg-01"],
        "userinfo_bad_token": ["bru-04"],
    ]
}
