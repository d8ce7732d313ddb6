// The metrics of a run in a file of their own, where the monitoring of this machine finds them.

import AuditStore
import Reports

/// The file named by `--metrics-file`.
struct MetricsFile {
    let path: String
    /// The database that the run was stored in.
    let database: String

    /// No file if there is no path.
    init?(_ path: String?, database: String) {
        guard let path else { return nil }
        self.path = path
        self.database = database
    }

    /// Replaces the file by the metrics of the run that was begun last.
    func write() throws(Failure) {
        let text: String
        do throws(StoreError) {
            let database = try AuditDatabase.open(path: database, access: .read)
            text = MetricsReport(try AuditReport(database: database, findingsMax: 0)).text()
            try database.close()
        } catch {
            throw Failure(error).afterStoring(database)
        }
        do throws(WholeFile.Problem) {
            try WholeFile.replace(path, with: text)
        } catch {
            throw Failure(
                .ioError,
                "metrics file " + error.description,
                hint: "the audit is stored; check the path given with --metrics-file and the rights on its folder"
            )
        }
    }
}
