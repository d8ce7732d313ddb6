// The text format of Prometheus: families of gauges, each with its help, its type and its samples.

/// Collects metrics in the text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricLines {
    /// A label and its value.
    typealias Label = (name: String, value: String)

    /// What was collected, each line ended.
    private(set) var text = ""
    private let common: [Label]

    /// Lines whose samples all bear the labels `common`.
    init(common: [Label]) { self.common = common }

    /// Adds a gauge with one sample; nothing when the value is not known.
    mutating func gauge(_ name: String, _ help: String, _ value: MetricValue?) {
        guard let value else { return }
        gauge(name, help, samples: [([], value)])
    }

    /// Adds a gauge with a sample for each set of labels.
    mutating func gauge(_ name: String, _ help: String, samples: [(labels: [Label], value: MetricValue)]) {
        text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) gauge\n"
        for (labels, value) in samples {
            let all = (common + labels).map { "\($0.name)=\"\(Self.escaped($0.value, quote: true))\"" }
            text += name + (all.isEmpty ? "" : "{" + all.joined(separator: ",") + "}") + " " + value.text + "\n"
        }
    }

    /// Backslash and line feed are escaped everywhere, quotes in the values of labels only; all else stands for itself.
    private static func escaped(_ text: String, quote: Bool = false) -> String {
        var result = ""
        // By scalars: a carriage return and a line feed are one character.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quote: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// A number as a sample shows it.
struct MetricValue {
    let text: String

    /// How many.
    static func count(_ count: Int64) -> MetricValue { MetricValue(text: "\(count)") }

    /// 1 if it is so, 0 if not.
    static func flag(_ isSo: Bool) -> MetricValue { count(isSo ? 1 : 0) }

    /// Seconds, exactly; Prometheus knows no smaller unit of time.
    static func seconds(_ microseconds: Int64) -> MetricValue {
        let (seconds, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let sign = microseconds < 0 ? "-" : ""
        guard rest > 0 else { return MetricValue(text: "\(sign)\(seconds)") }
        var fraction = String(String(1_000_000 + rest).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return MetricValue(text: "\(sign)\(seconds).\(fraction)")
    }
}
