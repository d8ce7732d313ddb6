// What went wrong, where, and what to do: the one shape of every error message.

import AuditPipeline
import AuditStore
import LogFormats

/// An error for the person at the keyboard.
struct Failure: Error {
    let status: ExitStatus
    let message: String
    let hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// The same, when the audit itself is stored in `database` and only its answer could not be given.
    func afterStoring(_ database: String) -> Failure {
        Failure(
            status,
            message,
            hint: "the audit is stored; when this is mended, see it with 'grantaudit report --database \(database)'"
        )
    }

    /// The failure that an audit's error amounts to.
    init(_ error: AuditError) {
        switch error {
        case .configuration: self.init(.usage, error.description, hint: error.hint)
        case .store(let error): self.init(error)
        case .interrupted: self.init(.interrupted, error.description)
        }
    }

    /// The failure that a store's error amounts to.
    init(_ error: StoreError) {
        switch error {
        case .busy: self.init(.busy, error.description, hint: error.hint)
        case .notADatabase, .newerSchema, .foreignDatabase: self.init(.usage, error.description, hint: error.hint)
        case .readOnly, .diskFull, .io, .failed: self.init(.ioError, error.description, hint: error.hint)
        case .other: self.init(.internalError, error.description, hint: error.hint)
        }
    }

    /// The failure that a format file's error amounts to.
    init(_ error: FormatError) {
        self.init(.usage, error.description)
    }
}
