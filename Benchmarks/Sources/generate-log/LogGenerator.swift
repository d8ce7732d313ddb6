// Brings traffic, attacks and look-alikes into one stream of lines.

/// A run of the generator.
struct LogGenerator {
    private var population: Population
    private var traffic: Traffic
    private var planner: IncidentPlanner
    private var planned = Schedule<PlannedEvent>()
    private var writer: any LineWriter
    private var lines: LineBuffer
    private var truth: LineBuffer
    private let wantsTruth: Bool
    private let options: GenerateOptions
    private var nextIncidentAt: Int

    /// An event of an incident; the last one carries the incident, whose truth is then complete.
    private struct PlannedEvent {
        let event: LogEvent
        let completes: Incident?
    }

    /// A run with `options` that writes to open files.
    init(_ options: GenerateOptions, output: Int32, truth: Int32?) {
        self.options = options
        population = Population(seed: options.seed)
        traffic = Traffic(seed: options.seed, start: options.start, withAPICalls: options.format == .combined)
        planner = IncidentPlanner(seed: options.seed, format: options.format)
        writer = options.format.writer(seed: options.seed)
        lines = LineBuffer(descriptor: output)
        self.truth = LineBuffer(descriptor: truth ?? -1)
        wantsTruth = truth != nil
        nextIncidentAt = options.bytesPerIncident.map { $0 / 2 } ?? .max
    }

    /// Writes the log: ordinary traffic until there is enough, then the rest of the incidents under way.
    mutating func run() throws(GenerateError) {
        while lines.count < options.bytes {
            try step()
        }
        while planned.nextTime != nil {
            try emitPlanned()
        }
        try lines.flush()
        if wantsTruth { try truth.flush() }
    }

    private mutating func step() throws(GenerateError) {
        if let time = planned.nextTime, time <= traffic.nextTime {
            return try emitPlanned()
        }
        guard let event = traffic.next(&population) else { return }
        try emit(event)
        guard lines.count >= nextIncidentAt, let distance = options.bytesPerIncident else { return }
        nextIncidentAt += distance
        begin(planner.nextAttack(at: event.time + 1, &population))
        begin(planner.nextLookAlike(at: event.time + 1, &population))
    }

    private mutating func begin(_ incident: Incident) {
        for (index, event) in incident.events.enumerated() {
            let isLast = index == incident.events.count - 1
            planned.add(PlannedEvent(event: event, completes: isLast ? incident : nil), at: event.time)
        }
    }

    private mutating func emitPlanned() throws(GenerateError) {
        guard let (_, next) = planned.removeNext() else { return }
        try emit(next.event)
        if let incident = next.completes { try writeTruth(of: incident) }
    }

    private mutating func emit(_ event: LogEvent) throws(GenerateError) {
        if writer.append(event, population, to: &lines) { try lines.endLine() }
    }

    private mutating func writeTruth(of incident: Incident) throws(GenerateError) {
        guard wantsTruth, let attack = incident.attack else { return }
        truth.append(incident, attack, population)
        try truth.endLine()
    }
}

extension LineBuffer {
    /// Appends what an auditor has to find, as a JSON object.
    fileprivate mutating func append(
        _ incident: Incident,
        _ attack: Attack,
        _ population: borrowing Population
    ) {
        append(Array("{\"detection\":\"\(attack.rawValue)\",\"time\":\"".utf8))
        append(time: incident.events.first?.time ?? 0)
        append("Z\",\"last\":\"")
        append(time: incident.events.last?.time ?? 0)
        append("Z\"")
        member("client_id", population.clients[incident.client].id)
        member("network") { buffer in
            buffer.append(address: incident.network)
            buffer.append("/24")
        }
        member("key") { buffer in
            switch incident.key {
            case .network:
                buffer.append(address: incident.network)
                buffer.append("/24")
            case .code(let code): buffer.append(base64URL: code)
            case .uuid(let identifier): buffer.append(uuid: identifier)
            }
        }
        let visible = attack.visible.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        append(Array(",\"visible\":[\(visible)]}".utf8))
    }
}
