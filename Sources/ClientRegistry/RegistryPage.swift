// The reference page of registry files, made from the list that the parser reads.

/// The documentation of the client registry.
public enum RegistryPage {
    /// The page as Markdown.
    public static func markdown() -> String {
        let file = ["", "## The file", ""] + table(RegistryKey.ofFile)
        let client = ["", "## Each client", ""] + table(RegistryKey.ofClient)
        return (beginning + file + client + ending).joined(separator: "\n") + "\n"
    }

    private static func table(_ keys: [RegistryKey]) -> [String] {
        ["| key | value | meaning | without it |", "|---|---|---|---|"]
            + keys.map { key in
                let meaning = "\(key.meaning) Example: `\(key.name): \(key.example)`"
                return "| `\(key.name)` | \(key.content) | \(meaning) | \(key.standard) |"
            }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static let beginning = lines(
        """
        # The client registry

        <!-- Made by `grantaudit clients reference > Documentation/clients.md`; do not edit. -->

        A YAML or JSON file says which clients there are and what each of them may do. Events are judged by the registry of
        their own day, and rules read the answers as fields: `client.registered`, `client.redirect_uri_registered` and the
        others that `grantaudit rules fields` lists. Name the file with `--client-registry`, or as `client-registry` in the
        configuration file; without one, rules that ask for such a field are reported as not evaluable.

        ```yaml
        \(example)
        ```

        Times are dates, which mean midnight in UTC, or times with an offset (RFC 3339). Names are those of RFC 7591 where it
        has one. A key that is missing says nothing; an empty list says that there is none. A key that is not listed here is
        an error, and so are two versions of one client that overlap. The registry holds no secrets.
        """
    )

    private static let ending = lines(
        """

        ## From the server's own export

        ```sh
        grantaudit clients import --from keycloak realm-export.json --output clients.yml --valid-from 2026-01-05
        grantaudit clients import --from keycloak realm-export.json --merge clients.yml --valid-from 2026-02-01 \\
            --output clients.yml
        grantaudit clients check clients.yml
        ```

        * `keycloak`: the export of a realm, or a list of clients as the admin API gives it.
        * `auth0`: the list of `GET /api/v2/clients`; with client grants (`GET /api/v2/client-grants`) in a second file, also
          the scopes of machine-to-machine clients.
        * `okta`: the list of `GET /api/v1/apps`, of which the OpenID Connect applications are taken.

        Only what is listed above is read from an export; secrets, keys and certificates are not. What a server's settings
        leave open stays open: the import says on standard error what it left out. `--merge` keeps the history: a client that
        has changed gets a new version from `--valid-from` on, one that is gone is closed, the others stay as they are. Keys that
        no export has, such as `networks`, stay as somebody has written them; comments do not. Clients of several servers share
        a file if `--issuer` or `--tenant` tells them apart, in the words of the events.

        `grantaudit` compares with the registry, not with the server: a client that was changed after the export is judged by
        the older version. Export every night, before the audit.
        """
    )

    /// A registry with two versions of a client.
    static let example = """
        valid_from: 2026-01-01
        clients:
          - client_id: shop
            client_type: confidential
            token_endpoint_auth_method: private_key_jwt
            redirect_uris: [https://shop.example.com/cb]
            grant_types: [authorization_code, refresh_token]
            scope: openid orders.read
            networks: [203.0.113.0/24]
            access_token_lifetime: 300
            valid_until: 2026-03-01
          - client_id: shop
            client_type: confidential
            redirect_uris: [https://shop.example.com/cb, https://shop.example.com/new]
            valid_from: 2026-03-01
          - client_id: cli
            client_type: public
            application_type: native
            redirect_uris: ["http://127.0.0.1/callback"]
            grant_types: [authorization_code, refresh_token]
        """
}
