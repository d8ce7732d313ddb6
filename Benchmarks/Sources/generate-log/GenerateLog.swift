// The command: reads options, opens files, decides the exit code.

import Glibc

@main
enum GenerateLog {
    static func main() {
        // A reader that goes away early is not an error worth a signal.
        signal(SIGPIPE, SIG_IGN)
        do throws(GenerateError) {
            let options = try GenerateOptions(Array(CommandLine.arguments.dropFirst()))
            var generator = LogGenerator(
                options,
                output: try options.output.map(Self.open) ?? STDOUT_FILENO,
                truth: try options.truth.map(Self.open)
            )
            try generator.run()
        } catch {
            exit(report(error))
        }
    }

    private static func open(_ path: String) throws(GenerateError) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .open(path: path, errno: errno) }
        return descriptor
    }

    private static func report(_ error: GenerateError) -> Int32 {
        switch error {
        case .help:
            print(GenerateOptions.usage, terminator: "")
            return 0
        case .usage(let text):
            complain("\(text)\n  hint: generate-log --help")
            return 64
        case .open(let path, let code):
            complain("\(path): \(String(cString: strerror(code)))")
            return 2
        case .output(let code) where code == EPIPE: return 0
        case .output(let code):
            complain("output: \(String(cString: strerror(code)))")
            return 2
        }
    }

    private static func complain(_ text: String) {
        let line = Array("generate-log: error: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
