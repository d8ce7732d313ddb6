// `grantaudit manual`: the manual page, for `make install`.

import ArgumentParser

struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page in roff.",
        shouldDisplay: false
    )

    func run() throws { try Console.answer(ManualPage.text(CommandDescription.all())) }
}
