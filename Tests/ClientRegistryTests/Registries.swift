// Registries for tests, and questions to them as texts.

import ClientRegistry
import FieldRows
import Testing

extension ClientRegistry {
    /// A registry from the text of a file, which must be without errors.
    convenience init(yaml: String) throws {
        let file = RegistryFile(parsing: yaml, file: "clients.yml")
        try #require(file.isUsable, "\(file.remarks.map(\.description))")
        self.init(file.clients)
    }

    func client(_ id: String, issuer: String = "", tenant: String = "", at time: Int64 = 0) -> RegistryAnswer {
        let (id, issuer, tenant) = (Array(id.utf8), Array(issuer.utf8), Array(tenant.utf8))
        return client(id.span.bytes, issuer: issuer.span.bytes, tenant: tenant.span.bytes, at: time)
    }

    /// The version of a client that must be registered.
    func version(_ id: String, at time: Int64 = 0) throws -> Int {
        guard case .registered(let version) = client(id, at: time) else {
            throw MissingClient(id: id)
        }
        return version
    }

    /// Whether `text` is one of the client's, by one of the questions that take bytes.
    func ask(_ question: (RawSpan, Int) -> Bool?, _ text: String, _ version: Int) -> Bool? {
        let bytes = Array(text.utf8)
        return question(bytes.span.bytes, version)
    }
}

struct MissingClient: Error {
    let id: String
}

/// Microseconds of 2026-01-`day`T00:00:00Z.
func january(_ day: Int64) -> Int64 { (1_767_225_600 + (day - 1) * 86_400) * 1_000_000 }
