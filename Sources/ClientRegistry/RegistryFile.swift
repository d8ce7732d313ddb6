// Reads a registry file as a whole: everything that is wrong with it is said at once.

import Crypto
import FieldRows
import YAMLFiles
public import Yams

/// A registry file with what is wrong with it.
public struct RegistryFile: Sendable {
    /// What the file says, as far as it could be understood.
    public private(set) var clients = RegisteredClients()
    /// Everything that is wrong or doubtful, in the order of the file.
    public private(set) var remarks: [RegistryRemark] = []
    /// SHA-256 of its bytes, in hexadecimal digits; empty if they could not be read.
    public private(set) var sha256 = ""

    let file: String
    /// Where each version stands.
    private var marks: [Mark?] = []

    /// Largest file that is read, in bytes.
    static let bytesMax = 32 << 20
    /// Most remarks that are kept.
    private static let remarksMax = 1_000

    /// Whether the file can be used.
    public private(set) var isUsable = true

    /// Number of clients, however many versions each has.
    public var clientCount: Int { Set(clients.versions.map(\.identity)).count }

    /// Reads the file at `path`.
    public init(path: String) {
        file = path
        do throws(YAMLProblem) {
            let text = try YAMLFile.text(path, bytesMax: Self.bytesMax)
            try read(text)
        } catch {
            add(error)
        }
    }

    /// Parses the text of `file`.
    public init(parsing text: String, file: String) {
        self.file = file
        do throws(YAMLProblem) { try read(text) } catch { add(error) }
    }

    /// Reads a registry that stands inside another file.
    public init(_ node: Node, in file: String) {
        self.file = file
        read(node)
        finish()
    }

    private mutating func read(_ text: String) throws(YAMLProblem) {
        sha256 = String(hexadecimal: SHA256.hash(data: Array(text.utf8)))
        guard let root = try YAMLText.compose(text) else {
            error(nil, "the registry is empty", "it needs 'clients', a list of maps")
            return
        }
        read(root)
        finish()
    }

    private mutating func read(_ root: Node) {
        let keys = entries(root, RegistryKey.ofFile, "a registry")
        for (key, node) in keys {
            switch key {
            case "valid_from": clients.validFrom = time(node, key)
            case "valid_until": clients.validUntil = time(node, key)
            case "clients": readClients(node)
            default: break
            }
        }
        if root.mapping != nil, !keys.contains(where: { $0.key == "clients" }) {
            error(root.mark, "the registry has no 'clients'", "it needs a list of maps, each with a 'client_id'")
        }
    }

    private mutating func readClients(_ node: Node) {
        guard let members = node.sequence.map(Array.init), !members.isEmpty else {
            error(node.mark, "'clients' has to be a list of maps", "for example [{ client_id: shop }]")
            return
        }
        for member in members {
            let keys = entries(member, RegistryKey.ofClient, "each of 'clients'")
            let id = keys.first { $0.key == "client_id" }
            if id == nil, member.mapping != nil { error(member.mark, "the client has no 'client_id'", nil) }
            var client = RegisteredClient(clientID: id.flatMap { text($0.value, $0.key) } ?? "")
            for (key, value) in keys { read(key, value, into: &client) }
            if client.clientID.isEmpty { continue }
            clients.versions.append(client)
            marks.append(member.mark)
        }
    }

    private mutating func read(_ key: String, _ node: Node, into client: inout RegisteredClient) {
        switch key {
        case "issuer": client.issuer = text(node, key)
        case "tenant": client.tenant = text(node, key)
        case "client_name": client.clientName = text(node, key)
        case "client_type": client.clientType = word(node, key)
        case "application_type": client.applicationType = word(node, key)
        case "token_endpoint_auth_method": client.authMethods = Set(texts(node, key).map(\.text))
        case "redirect_uris": client.redirectURIs = redirectURIs(node, key)
        case "redirect_uri_patterns": client.redirectURIPatterns = patterns(node, key)
        case "grant_types": client.grantTypes = Set(texts(node, key).map(\.text))
        case "scope": client.scope = scope(node, key)
        case "networks": client.networks = networks(node, key)
        case "access_token_lifetime": client.accessTokenLifetime = seconds(node, key)
        case "refresh_token_lifetime": client.refreshTokenLifetime = seconds(node, key)
        case "valid_from": client.validFrom = time(node, key)
        case "valid_until": client.validUntil = time(node, key)
        default: break
        }
    }

    /// Looks at the versions together.
    private mutating func finish() {
        let (from, until) = (clients.validFrom ?? .min, clients.validUntil ?? .max)
        if from >= until { error(nil, "the registry ends before it begins", "'valid_until' has to be later") }
        let places = Dictionary(grouping: clients.versions.indices) { clients.versions[$0].identity }
        for versions in places.values {
            let ordered = versions.sorted { start($0) < start($1) }
            for (place, index) in ordered.enumerated() {
                let (begin, end) = (start(index), clients.versions[index].validUntil ?? .max)
                if begin >= end { error(marks[index], "the version ends before it begins", nil) }
                guard place > 0 else { continue }
                let before = ordered[place - 1]
                // A version without an end is over when the next one begins, unless both begin at once.
                guard start(before) == begin || clients.versions[before].validUntil ?? .min > begin else { continue }
                let line = marks[before].map { "the one of line \($0.line)" } ?? "another one"
                error(
                    marks[index],
                    "the version of '\(clients.versions[index].clientID)' overlaps \(line)",
                    "close one with 'valid_until' when the other begins with 'valid_from'"
                )
            }
        }
        remarks.sort { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    private func start(_ index: Int) -> Int64 { clients.versions[index].validFrom ?? .min }

    // MARK: - Values

    /// The known keys of a map with their values; the others are noted.
    private mutating func entries(_ node: Node, _ known: [RegistryKey], _ what: String) -> [(key: String, value: Node)]
    {
        let names = known.map(\.name)
        guard let mapping = node.mapping else {
            error(node.mark, "\(what) has to be a map", "keys: \(names.joined(separator: ", "))")
            return []
        }
        return mapping.compactMap { key, value in
            let name = key.string ?? ""
            guard names.contains(name) else {
                let close = nearMiss(name, among: names).map { "did you mean '\($0)'?" }
                let hint = name.contains("secret") ? "a registry holds no secrets; remove it" : close
                error(key.mark, "unknown key '\(name)'", hint ?? "known: " + names.joined(separator: ", "))
                return nil
            }
            // A key without a value says nothing, as one that is not there.
            return Self.isNull(value) ? nil : (name, value)
        }
    }

    private mutating func text(_ node: Node, _ key: String) -> String? {
        guard let text = node.scalar?.string, !text.isEmpty, !Self.isNull(node) else {
            error(node.mark, "'\(key)' has to be a text", example(key))
            return nil
        }
        return text
    }

    private mutating func texts(_ node: Node, _ key: String) -> [(text: String, mark: Mark?)] {
        let members = node.sequence.map(Array.init) ?? [node]
        return members.compactMap { member in text(member, key).map { ($0, member.mark) } }
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(_ node: Node, _ key: String) -> Word?
    where Word.RawValue == String {
        guard let text = text(node, key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        error(
            node.mark,
            "'\(key)' has to be \(Word.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or "))",
            nil
        )
        return nil
    }

    private mutating func redirectURIs(_ node: Node, _ key: String) -> Set<String> {
        let texts = texts(node, key)
        for (text, mark) in texts where text.contains("*") {
            warn(mark, "a '*' in 'redirect_uris' is compared as it is", "patterns belong into 'redirect_uri_patterns'")
        }
        for (text, mark) in texts where text.contains("#") {
            warn(mark, "'\(text)' has a fragment, which a redirect URI must not have (RFC 6749 §3.1.2)", nil)
        }
        return Set(texts.map(\.text))
    }

    private mutating func patterns(_ node: Node, _ key: String) -> Set<String> {
        let texts = texts(node, key)
        for (text, mark) in texts {
            guard let pattern = RedirectPattern(text) else {
                error(mark, "'\(text)' has to have one '*'", "whole URIs belong into 'redirect_uris'")
                continue
            }
            let hint = "register whole URIs (RFC 9700 §2.1)"
            if pattern.leavesHostOpen {
                warn(mark, "'\(text)' lets responses go to hosts of anybody", hint)
            } else {
                warn(mark, "'\(text)' is a pattern", hint)
            }
        }
        return Set(texts.map(\.text))
    }

    private mutating func scope(_ node: Node, _ key: String) -> Set<String> {
        // A text may be empty: no scope at all.
        if let text = node.scalar?.string { return Set(text.split(separator: " ").map(String.init)) }
        return Set(texts(node, key).flatMap { $0.text.split(separator: " ").map(String.init) })
    }

    private mutating func networks(_ node: Node, _ key: String) -> Set<String> {
        let texts = texts(node, key)
        for (text, mark) in texts {
            do throws(AddressRange.Problem) {
                _ = try AddressRange(text)
            } catch {
                switch error {
                case .notAnAddress: self.error(mark, "'\(text)' is no network", example(key))
                case .prefixLength(let max):
                    self.error(mark, "the prefix length of '\(text)' is not between 0 and \(max)", nil)
                case .hostBits:
                    self.error(mark, "'\(text)' has bits behind its prefix", "write the first address of the network")
                }
            }
        }
        return Set(texts.map(\.text))
    }

    private mutating func seconds(_ node: Node, _ key: String) -> Int? {
        guard let text = text(node, key) else { return nil }
        if let seconds = Int(text), (0...Int(UInt32.max)).contains(seconds) { return seconds }
        error(node.mark, "'\(key)' has to be a number of seconds", example(key))
        return nil
    }

    private mutating func time(_ node: Node, _ key: String) -> Int64? {
        guard let text = text(node, key) else { return nil }
        if let time = RegistryTime.microseconds(text) { return time }
        error(node.mark, "'\(text)' is no time", "for example 2026-01-05 or 2026-01-05T10:00:00Z")
        return nil
    }

    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    // MARK: - Remarks

    private func example(_ name: String) -> String? {
        RegistryKey.ofClient.first { $0.name == name }.map { "for example \($0.name): \($0.example)" }
    }

    private mutating func error(_ mark: Mark?, _ message: String, _ hint: String?) {
        add(.error, mark?.line ?? 1, mark?.column ?? 1, message, hint)
    }

    private mutating func warn(_ mark: Mark?, _ message: String, _ hint: String?) {
        add(.warning, mark?.line ?? 1, mark?.column ?? 1, message, hint)
    }

    private mutating func add(_ problem: YAMLProblem) {
        add(.error, problem.line, problem.column, problem.message, problem.hint)
    }

    private mutating func add(
        _ severity: RegistryRemark.Severity,
        _ line: Int,
        _ column: Int,
        _ message: String,
        _ hint: String?
    ) {
        if severity == .error { isUsable = false }
        guard remarks.count < Self.remarksMax else { return }
        remarks.append(
            RegistryRemark(severity: severity, file: file, line: line, column: column, message: message, hint: hint)
        )
    }
}
