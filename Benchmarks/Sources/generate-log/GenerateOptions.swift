// What was typed on the command line, checked.

/// The options of one run.
struct GenerateOptions {
    var format = LogFormat.flat
    /// Size of the log; incidents under way at that point are finished.
    var bytes = 100_000_000
    var seed: UInt64 = 1
    /// Incidents per 100 MB; nil for none.
    var attackRate: Double? = 200
    /// Time of the first event, in milliseconds since 1970-01-01T00:00:00Z.
    var start: Int64 = 1_772_420_400_000
    var output: String?
    var truth: String?

    static let usage = """
        usage: generate-log [--format FORMAT] [--bytes N] [--seed N] [--start TIME] [--output FILE]
                            [--attacks RATE|none] [--truth FILE]

        Writes a made-up log of an authorization server; the same options give the same bytes.

          --format FORMAT   flat, grantaudit-json, keycloak-json, keycloak-text or combined (flat)
          --bytes N         size of the log (100000000)
          --seed N          what the random numbers begin with (1)
          --start TIME      time of the first event (2026-03-02T03:00:00Z)
          --output FILE     where the log goes (standard output)
          --attacks RATE    injected incidents per 100 MB, or none (200)
          --truth FILE      where the injected incidents are listed, one JSON object a line

        EXAMPLE
          generate-log --format flat --bytes 1073741824 --truth truth.ndjson | zstd -3 > flat.log.zst

        """

    /// How many bytes of log go by from one incident to the next.
    var bytesPerIncident: Int? { attackRate.map { Int(100_000_000 / $0) } }

    /// Options from `arguments`, the program's name left out.
    init(_ arguments: [String]) throws(GenerateError) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--help" || name == "-h" { throw .help }
            guard Self.names.contains(name) else { throw .usage("unknown option '\(name)'") }
            guard let value = rest.popFirst() else { throw .usage("missing value for '\(name)'") }
            guard set(name, to: value) else { throw .usage("the value '\(value)' is invalid for '\(name)'") }
        }
    }

    private static let rates = 0.01...100_000
    private static let names: Set<String> = [
        "--format", "--bytes", "--seed", "--start", "--output", "--attacks", "--truth",
    ]

    private mutating func set(_ name: String, to value: String) -> Bool {
        switch name {
        case "--format": Self.assign(&format, LogFormat(rawValue: value))
        case "--bytes": Self.assign(&bytes, Int(value).flatMap { $0 > 0 ? $0 : nil })
        case "--seed": Self.assign(&seed, UInt64(value))
        case "--start": Self.assign(&start, UTCTime.parse(value))
        case "--attacks" where value == "none": Self.assign(&attackRate, .some(nil))
        case "--attacks": Self.assign(&attackRate, Double(value).flatMap { Self.rates.contains($0) ? .some($0) : nil })
        case "--output": Self.assign(&output, value)
        default: Self.assign(&truth, value)
        }
    }

    private static func assign<Value>(_ place: inout Value, _ value: Value?) -> Bool {
        guard let value else { return false }
        place = value
        return true
    }
}

/// What can go wrong.
enum GenerateError: Error {
    case help
    case usage(String)
    case open(path: String, errno: Int32)
    case output(errno: Int32)
}
