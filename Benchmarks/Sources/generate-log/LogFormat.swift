// The shapes a log can have, and what each of them can show.

/// How the lines are written.
enum LogFormat: String, CaseIterable {
    case flat
    case canonical = "grantaudit-json"
    case keycloakJSON = "keycloak-json"
    case keycloakText = "keycloak-text"
    case combined

    /// Whether the events are Keycloak's.
    var isKeycloak: Bool { self == .keycloakJSON || self == .keycloakText }
}

/// Attacks that can be injected, by the detection that has to find them.
enum Attack: String, CaseIterable {
    case codeRedeemedTwice = "COD-01"
    case codeReplayed = "COD-02"
    case codeOfOtherClient = "COD-03"
    case scopeEscalation = "SCP-02"
    case refreshTokenReuse = "RFT-01"
    case forkedFamily = "RFT-03"
    case useAfterRevocation = "REV-01"
    case insecureRedirect = "RED-01"
    case unregisteredRedirect = "RED-02"
    case plainChallenge = "PKC-01"
    case passwordGrant = "GRT-01"
    case implicitGrant = "GRT-02"
    case secretGuessing = "BRU-01"
    case secretSpraying = "BRU-02"
    case credentialInLog = "HYG-01"
    case tokenInURL = "HYG-02"

    /// `cod01` for COD-01.
    var slug: String { rawValue.lowercased().filter { $0 != "-" } }

    /// Formats whose lines prove the attack.
    var visible: [LogFormat] {
        switch self {
        case .codeRedeemedTwice, .codeOfOtherClient, .forkedFamily: [.flat, .canonical]
        case .codeReplayed, .scopeEscalation, .refreshTokenReuse, .useAfterRevocation, .passwordGrant:
            [.flat, .canonical, .keycloakJSON, .keycloakText]
        case .insecureRedirect, .unregisteredRedirect: LogFormat.allCases
        case .plainChallenge: [.canonical, .combined]
        case .implicitGrant: [.canonical, .keycloakJSON, .keycloakText, .combined]
        case .secretGuessing, .secretSpraying: LogFormat.allCases
        case .credentialInLog: [.canonical]
        case .tokenInURL: [.combined]
        }
    }
}

/// Harmless sequences that resemble an attack.
enum LookAlike: CaseIterable {
    case codeSentTwice
    case refreshSentTwice
    case scopeNarrowedAndWidened
    case someWrongSecrets
    case someWrongPasswords
    case secondClientInSession
    case loopbackRedirect
}
