// Writes a registry file.

/// The text of a registry, in the words of ``RegistryFile``.
public enum RegistryText {
    /// The YAML of `clients`, sorted so that equal registries are equal texts.
    public static func yaml(_ clients: RegisteredClients) -> String {
        var lines: [String] = []
        if let time = clients.validFrom { lines.append("valid_from: \(RegistryTime.text(time))") }
        if let time = clients.validUntil { lines.append("valid_until: \(RegistryTime.text(time))") }
        lines.append(clients.versions.isEmpty ? "clients: []" : "clients:")
        for client in clients.sorted { lines += members(of: client) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func members(of client: RegisteredClient) -> [String] {
        var lines: [String] = []
        func add(_ key: String, _ value: String?) {
            guard let value else { return }
            lines.append((lines.isEmpty ? "  - " : "    ") + "\(key): \(value)")
        }
        func add(_ key: String, _ values: Set<String>?) {
            guard let values else { return }
            let texts = values.sorted(by: byBytes).map(scalar)
            let flow = "[\(texts.joined(separator: ", "))]"
            guard flow.count > 90 else { return add(key, flow) }
            add(key, "")
            lines[lines.count - 1].removeLast()
            lines += texts.map { "      - \($0)" }
        }
        add("client_id", scalar(client.clientID))
        add("issuer", client.issuer.map(scalar))
        add("tenant", client.tenant.map(scalar))
        add("client_name", client.clientName.map(scalar))
        add("client_type", client.clientType?.rawValue)
        add("application_type", client.applicationType?.rawValue)
        if let methods = client.authMethods, methods.count == 1, let method = methods.first {
            add("token_endpoint_auth_method", scalar(method))
        } else {
            add("token_endpoint_auth_method", client.authMethods)
        }
        add("redirect_uris", client.redirectURIs)
        add("redirect_uri_patterns", client.redirectURIPatterns)
        add("grant_types", client.grantTypes)
        add("scope", client.scope.map { scalar($0.sorted(by: byBytes).joined(separator: " ")) })
        add("networks", client.networks)
        add("access_token_lifetime", client.accessTokenLifetime.map(String.init))
        add("refresh_token_lifetime", client.refreshTokenLifetime.map(String.init))
        add("valid_from", client.validFrom.map(RegistryTime.text))
        add("valid_until", client.validUntil.map(RegistryTime.text))
        return lines
    }

    private static func byBytes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// The text as it is where that can mean nothing else, otherwise in double quotes (YAML 1.2.2 §7.3.1).
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A, text.utf8.last != 0x3A else {
            return false
        }
        let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        let others = Array("_-./:@%+ ".utf8)
        return !words.contains(text.lowercased()) && text.utf8.last != 0x20 && !text.contains(": ")
            && text.utf8.allSatisfy { byte in
                0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20 || others.contains(byte)
            }
    }

    private static func escaped(_ character: Unicode.Scalar) -> String {
        switch character {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        default: break
        }
        let isText = 0x20...0x7E ~= character.value || character.properties.isAlphabetic
        guard !isText else { return String(character) }
        let digits = String(character.value, radix: 16, uppercase: true)
        return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}
