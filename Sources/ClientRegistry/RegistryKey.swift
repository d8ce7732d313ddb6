// Every key of a registry file with its meaning: the parser, the writer and the reference page read this list.

/// One key of a registry file.
struct RegistryKey {
    /// The key as it is written.
    let name: String
    /// What may stand behind it.
    let content: String
    /// What it means, as sentences.
    let meaning: String
    /// What it means that it is missing.
    let standard: String
    /// A value as one would write it.
    let example: String

    private static let silence = "the registry does not say, and the field is absent"

    /// The keys of the file itself.
    static let ofFile: [RegistryKey] = [
        RegistryKey(
            name: "clients",
            content: "list of maps",
            meaning: "The clients. A client whose registration has changed stands here once for each version.",
            standard: "an error",
            example: "[{ client_id: shop }]"
        ),
        RegistryKey(
            name: "valid_from",
            content: "time",
            meaning: "Since when the registry is complete: it says nothing about events before that time.",
            standard: "it holds for all earlier times, too",
            example: "2026-01-05"
        ),
        RegistryKey(
            name: "valid_until",
            content: "time",
            meaning: "It says nothing about events from this time on.",
            standard: "it holds until it is replaced",
            example: "2026-06-30"
        ),
    ]

    /// The keys of each client.
    static let ofClient: [RegistryKey] = [
        RegistryKey(
            name: "client_id",
            content: "text",
            meaning: "The client's identifier, as events have it in `client_id`.",
            standard: "an error",
            example: "shop"
        ),
        RegistryKey(
            name: "issuer",
            content: "text",
            meaning:
                "The issuer that the client is registered with. An event that has another `issuer` is not judged by "
                + "this entry; one that has none is.",
            standard: "any issuer",
            example: "https://login.example.com"
        ),
        RegistryKey(
            name: "tenant",
            content: "text",
            meaning: "The realm, tenant or organisation, as events have it in `tenant`; otherwise like `issuer`.",
            standard: "any tenant",
            example: "customers"
        ),
        RegistryKey(
            name: "client_name",
            content: "text",
            meaning: "What people call it.",
            standard: "nothing",
            example: "Web shop"
        ),
        RegistryKey(
            name: "client_type",
            content: "`confidential` or `public`",
            meaning: "Whether it can keep a secret (RFC 6749 §2.1): `client.type`.",
            standard: silence,
            example: "confidential"
        ),
        RegistryKey(
            name: "application_type",
            content: "`web` or `native`",
            meaning:
                "Where it runs (OpenID Connect Dynamic Client Registration §2). Native applications may use any port "
                + "of a registered loopback URI.",
            standard: "native is assumed of every client that is not `confidential`",
            example: "web"
        ),
        RegistryKey(
            name: "token_endpoint_auth_method",
            content: "text or list",
            meaning: "How it authenticates at the token endpoint, or the ways among which it may choose: "
                + "`client.auth_method_registered`.",
            standard: silence,
            example: "private_key_jwt"
        ),
        RegistryKey(
            name: "redirect_uris",
            content: "list",
            meaning: "Its redirection URIs, compared as whole texts (RFC 9700 §2.1): `client.redirect_uri_registered`. "
                + "Only the port of loopback URIs of native applications may differ (RFC 8252 §7.3).",
            standard: silence,
            example: "[https://shop.example.com/cb]"
        ),
        RegistryKey(
            name: "redirect_uri_patterns",
            content: "list",
            meaning:
                "Patterns with one `*`, for servers that compare so. At the end it stands for anything, elsewhere for "
                + "a part of a host name or path. Each one is warned about: RFC 9700 §2.1 wants whole URIs.",
            standard: "none",
            example: "[https://shop.example.com/app/*]"
        ),
        RegistryKey(
            name: "grant_types",
            content: "list",
            meaning: "The grant types it may use, with their full names: `client.grant_type_registered`.",
            standard: silence,
            example: "[authorization_code, refresh_token]"
        ),
        RegistryKey(
            name: "scope",
            content: "text of words with spaces between them, or list",
            meaning: "The scope values it may ask for, case-sensitive (RFC 6749 §3.3): `client.scope_not_registered`.",
            standard: silence,
            example: "openid orders.read"
        ),
        RegistryKey(
            name: "networks",
            content: "list",
            meaning: "The networks that its own requests come from, in CIDR notation; not those of its users: "
                + "`client.network_registered`.",
            standard: silence,
            example: "[203.0.113.0/24, \"2001:db8::/32\"]"
        ),
        RegistryKey(
            name: "access_token_lifetime",
            content: "seconds",
            meaning: "How long its access tokens live at most: `client.access_token_lifetime_exceeded`.",
            standard: silence,
            example: "300"
        ),
        RegistryKey(
            name: "refresh_token_lifetime",
            content: "seconds",
            meaning:
                "How long its refresh tokens live at most. It is kept with the versions; no field compares it yet.",
            standard: "nothing",
            example: "86400"
        ),
        RegistryKey(
            name: "valid_from",
            content: "time",
            meaning: "When this version of the registration began.",
            standard: "it holds for as early as the registry goes",
            example: "2026-01-05T10:00:00Z"
        ),
        RegistryKey(
            name: "valid_until",
            content: "time",
            meaning: "When it was over; the client was unregistered from then on, unless another version begins.",
            standard: "it ends when the next version begins, or not at all",
            example: "2026-03-01"
        ),
    ]
}
