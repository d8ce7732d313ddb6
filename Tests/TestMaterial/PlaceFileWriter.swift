// Writes small files in MaxMind's format (https://maxmind.github.io/MaxMind-DB/), for networks invented by tests.

/// A search tree over 128-bit addresses, and the data its leaves point to.
public struct PlaceFileWriter {
    /// What a network is said to be.
    public enum Value: Sendable {
        /// UTF-8 text.
        case text(String)
        /// An unsigned number of 16, 32 or 64 bits.
        case number16(UInt16), number32(UInt32), number64(UInt64)
        /// A floating-point number.
        case double(Double)
        /// A list.
        case list([Value])
        /// Members by name, in order.
        case map([(String, Value)])
    }

    private enum Record {
        case nothing
        case node(Int)
        case data(Int)
    }

    private var nodes: [(Record, Record)] = [(.nothing, .nothing)]
    private var data: [UInt8] = []

    /// A file about no network.
    public init() {}

    /// Says that the addresses that begin with the first `prefix` bits of `bits` are `value`; an IPv4 network stands in the
    /// lowest 32 bits.
    public mutating func add(_ bits: UInt128, prefix: Int, _ value: Value) {
        let offset = data.count
        append(value, to: &data)
        var node = 0
        for place in 0..<prefix {
            let isRight = bits >> UInt128(127 - place) & 1 == 1
            if place == prefix - 1 {
                set(node, isRight, .data(offset))
            } else if case .node(let next) = isRight ? nodes[node].1 : nodes[node].0 {
                node = next
            } else {
                nodes.append((.nothing, .nothing))
                set(node, isRight, .node(nodes.count - 1))
                node = nodes.count - 1
            }
        }
    }

    private mutating func set(_ node: Int, _ isRight: Bool, _ record: Record) {
        if isRight { nodes[node].1 = record } else { nodes[node].0 = record }
    }

    /// The bytes of the file.
    public var bytes: [UInt8] {
        var file: [UInt8] = []
        for node in nodes {
            for record in [node.0, node.1] {
                let number =
                    switch record {
                    case .nothing: nodes.count
                    case .node(let node): node
                    case .data(let offset): nodes.count + 16 + offset
                    }
                file += [UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
            }
        }
        file += [UInt8](repeating: 0, count: 16) + data + [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
        append(
            .map([
                ("node_count", .number32(UInt32(nodes.count))), ("record_size", .number16(24)),
                ("ip_version", .number16(6)), ("database_type", .text("Test-City")),
                ("languages", .list([.text("en")])),
                ("binary_format_major_version", .number16(2)), ("binary_format_minor_version", .number16(0)),
                ("build_epoch", .number64(1_767_571_200)), ("description", .map([("en", .text("invented"))])),
            ]),
            to: &file
        )
        return file
    }

    private func append(_ value: Value, to bytes: inout [UInt8]) {
        func number(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
        }
        // The type stands in the upper three bits; types above seven in a byte of their own.
        switch value {
        case .text(let text): bytes += [2 << 5 | UInt8(text.utf8.count)] + Array(text.utf8)
        case .double(let double): bytes += [3 << 5 | 8] + number(double.bitPattern, 8)
        case .number16(let value): bytes += [5 << 5 | 2] + number(UInt64(value), 2)
        case .number32(let value): bytes += [6 << 5 | 4] + number(UInt64(value), 4)
        case .number64(let value): bytes += [8, 9 - 7] + number(value, 8)
        case .list(let values):
            bytes += [UInt8(values.count), 11 - 7]
            for value in values { append(value, to: &bytes) }
        case .map(let members):
            bytes.append(7 << 5 | UInt8(members.count))
            for (name, value) in members {
                append(.text(name), to: &bytes)
                append(value, to: &bytes)
            }
        }
    }
}
