// What was really done to a server while it wrote its logs, as whoever did it has written down.

import ByteStreams
public import Detections
import FieldRows
import Foundation

/// The flows that a server has seen, and which of them were attacks.
///
/// A file has one JSON object per flow: `id`, `class` (`normal`, `benign`, `attack`), `kind`, `variant`, `client_id` and
/// `requests`, each with `t` (ISO 8601), `path`, the address as `src` or `xff`, and `attack` if it is the attack itself.
public struct AttackTruth: Sendable {
    /// A flow.
    public struct Flow: Sendable, Hashable {
        /// Its name in the file.
        public let id: String
        /// `normal`, `benign` or `attack`.
        public let category: String
        /// `kind` or `kind/variant`.
        public let name: String
        /// The client of an event that names one.
        let clients: Set<String>

        /// Whether it is an attack.
        public var isAttack: Bool { category == "attack" }
    }

    fileprivate struct Request {
        let time: Double
        let addresses: Set<String>
        let path: String
        let flow: Int
        /// Whether it is the attack or comes after it, and not the way to it.
        let counts: Bool
    }

    /// Why a file with the truth cannot be used.
    public struct Problem: Error, CustomStringConvertible {
        /// What is wrong, with the place.
        public let description: String
    }

    /// The flows in the order of the file.
    public private(set) var flows: [Flow] = []
    /// By time.
    private var requests: [Request] = []

    /// A server may log a request so much later, or earlier by its clock.
    private static let (delay, lead) = (2.2, 1.2)

    /// Reads the file at `path`, which may be compressed.
    public init(path: String) throws(Problem) {
        do {
            var reader = try LineReader(InputFile(path: path), limits: InputLimits(lineBytesMax: 8 << 20))
            while let lines = try reader.next() {
                for (index, line) in lines.lines.enumerated() where line.count > 0 {
                    let bytes = lines.block.bytes.extracting(Int(line.start)..<Int(line.start + line.count))
                    try add(bytes.withUnsafeBytes { Data($0) }, at: "\(path):\(lines.lineNumber(index))")
                }
                reader.recycle(lines.block)
            }
            if let damage = reader.damage { throw Problem(description: "\(path): \(damage.reason)") }
        } catch let problem as Problem {
            throw problem
        } catch let error as InputError {
            throw Problem(description: "\(path): \(error.what)")
        } catch {
            throw Problem(description: "\(path): \(error)")
        }
        requests.sort { $0.time < $1.time }
    }

    private struct StoredFlow: Decodable {
        struct StoredRequest: Decodable {
            let t: String
            let path: String?
            let src: String?
            let xff: String?
            let attack: Bool?
        }

        let id: String
        let `class`: String
        let kind: String
        let variant: String?
        let client_id: String?
        let attacker_client_id: String?
        let requests: [StoredRequest]?
    }

    private mutating func add(_ line: Data, at place: String) throws(Problem) {
        let stored: StoredFlow
        do {
            stored = try JSONDecoder().decode(StoredFlow.self, from: line)
        } catch {
            throw Problem(description: "\(place): no flow: \(error)")
        }
        flows.append(
            Flow(
                id: stored.id,
                category: stored.class,
                name: stored.kind + (stored.variant.map { "/" + $0 } ?? ""),
                clients: Set([stored.client_id, stored.attacker_client_id].compactMap { $0 })
            )
        )
        let requests = stored.requests ?? []
        let firstAttack = requests.firstIndex { $0.attack == true } ?? 0
        for (index, request) in requests.enumerated() {
            guard let time = Self.seconds(request.t) else {
                throw Problem(description: "\(place): '\(request.t)' is no time")
            }
            self.requests.append(
                Request(
                    time: time,
                    addresses: Set([request.src, request.xff].compactMap { $0 }),
                    path: request.path ?? "",
                    flow: flows.count - 1,
                    counts: index >= firstAttack
                )
            )
        }
    }

    private static func seconds(_ text: String) -> Double? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return ((try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text)))?.timeIntervalSince1970
    }

    /// The flows of which a request may have made the event of `evidence`, and whether that was the attack itself or
    /// came after it.
    ///
    /// It has to have come at about the time, from the address and to the path that the event names; without an address
    /// the client decides.
    public func flows(of evidence: Evidence) -> [(flow: Int, isAttackItself: Bool)] {
        flows(evidence.time, evidence.fields)
    }

    func flows(_ microseconds: Int64, _ values: [NamedValue]) -> [(flow: Int, isAttackItself: Bool)] {
        let fields = Dictionary(values.map { ($0.name, $0.value) }) { first, _ in first }
        let time = Double(microseconds) / 1_000_000
        var found: [Int: Bool] = [:]
        var index = requests.partition(from: time - Self.delay)
        while index < requests.count, requests[index].time <= time + Self.lead {
            let request = requests[index]
            index += 1
            if let path = fields["http_path"], path != request.path { continue }
            if let address = fields["ip"] {
                guard request.addresses.contains(address) else { continue }
            } else if let client = fields["client_id"], !flows[request.flow].clients.contains(client) {
                continue
            }
            found[request.flow] = (found[request.flow] ?? false) || request.counts
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value && flows[$0.key].isAttack) }
    }
}

extension [AttackTruth.Request] {
    /// The first place from `time` on.
    fileprivate func partition(from time: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
