// Clients as an authorization server exports them, and what becomes of each.

import FoundationEssentials
import YAMLFiles

/// What was read from the exports of a server.
///
/// Only named members are read, and none that holds a secret.
public struct ClientExport: Sendable {
    /// Whose exports can be read.
    public enum Server: String, CaseIterable, Sendable {
        /// Realm exports, and clients of the admin API.
        case keycloak
        /// Clients and client grants of the Management API.
        case auth0
        /// Applications of the management API, and clients of the registration API.
        case okta
    }

    /// Why a file cannot be read.
    public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        /// The file.
        public let file: String
        /// What is wrong, as a phrase.
        public let message: String

        /// The file and the problem.
        public var description: String { "\(file): \(message)" }
    }

    /// The clients.
    public internal(set) var clients = RegisteredClients()
    /// What was left out, and why.
    public internal(set) var notes: [String] = []
    /// Number of entries that could not be read.
    public internal(set) var unreadable = 0

    /// Largest file that is read, in bytes.
    static let bytesMax = 256 << 20

    /// Reads the files at `paths`.
    public init(_ server: Server, paths: [String]) throws(Problem) {
        var texts: [(file: String, text: String)] = []
        for path in paths {
            do throws(YAMLProblem) {
                texts.append((path, try YAMLFile.text(path, bytesMax: Self.bytesMax)))
            } catch {
                throw Problem(file: path, message: error.message)
            }
        }
        try self.init(server, texts: texts)
    }

    /// Reads the texts of files.
    public init(_ server: Server, texts: [(file: String, text: String)]) throws(Problem) {
        switch server {
        case .keycloak: for (file, text) in texts { add(try Self.decode(KeycloakExport.self, text, file), file) }
        case .auth0:
            let parts = try texts.map { (part) throws(Problem) in
                (part.file, try Self.decode(Auth0Export.self, part.text, part.file))
            }
            let grants = Dictionary(grouping: parts.flatMap { $0.1.grants }, by: \.clientID)
            for (file, part) in parts { add(part, grants, file) }
        case .okta: for (file, text) in texts { add(try Self.decode(OktaExport.self, text, file), file) }
        }
    }

    private static func decode<Export: Decodable>(
        _ type: Export.Type,
        _ text: String,
        _ file: String
    ) throws(Problem) -> Export {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch let error as DecodingError {
            throw Problem(file: file, message: reason(error))
        } catch {
            throw Problem(file: file, message: "the file cannot be read")
        }
    }

    /// What Foundation says, without a value of the file in it.
    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .dataCorrupted(let context) where context.codingPath.isEmpty: "the file is no JSON"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "the file is no export of clients"
                : "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is not what an export has there"
        @unknown default: "the file cannot be read"
        }
    }

    /// Notes that a client is left out, or a part of it.
    mutating func note(_ client: String, _ what: String) { notes.append("\(client): \(what)") }

    /// Counts entries that are no clients.
    mutating func count(unreadable count: Int, _ file: String) {
        guard count > 0 else { return }
        unreadable += count
        notes.append("\(file): \(count) \(count == 1 ? "entry is" : "entries are") not readable as a client")
    }

    /// Puts URIs with a `*` among the patterns; `nil` if one cannot be written as one.
    static func sorted(_ uris: [String]) -> (whole: Set<String>, patterns: Set<String>)? {
        let patterns = uris.filter { $0.contains("*") }
        guard patterns.allSatisfy({ RedirectPattern($0) != nil }) else { return nil }
        return (Set(uris).subtracting(patterns), Set(patterns))
    }
}

/// An element of a list that may be something else than expected.
struct Attempt<Value: Decodable>: Decodable {
    let value: Value?

    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}

/// The elements of a list that are as expected, and how many are not.
struct Attempts<Value: Decodable>: Decodable {
    let values: [Value]
    let failures: Int

    init(from decoder: any Decoder) throws {
        let attempts = try [Attempt<Value>](from: decoder)
        values = attempts.compactMap(\.value)
        failures = attempts.count - values.count
    }
}
