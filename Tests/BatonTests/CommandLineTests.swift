import Foundation
import RelayDomain
import RelayJournal
import ServiceRuntime
import Testing

@testable import Baton

/// What the operator's command line says, and what it never waits for.
@Suite(.timeLimit(.minutes(2))) struct CommandLineTests {
    @Test func theHelpListsEverySetting() {
        let help = BatonCommand.helpMessage()
        for key in [
            "BATON_HOME", "BATON_PUBLIC_URL", "BATON_RELAYS", "BATON_SITE", "BATON_LISTEN_SANDBOX", "BATON_DRAIN",
        ] {
            #expect(help.contains("\(key)  ["), "\(key)")
        }
        #expect(BatonCommand.usageString(for: JournalExport.self).contains("baton journal export"))
    }

    /// Scripts go by them: 3 is "no final result is known", and to be repeated under the same key.
    @Test func exitCodesTellWhatMayHaveHappened() {
        #expect(OperatorError.perhapsSubmitted("no answer in time", key: "k-1").exitCode == 3)
        #expect(OperatorError.notStarted(.refused("a", .code(64)), logs: "/x").exitCode == 64)
        #expect(OperatorError.homeTaken(path: "/x").exitCode == 70)
        #expect(OperatorError.timeZone("X").exitCode == 64)
        #expect(OperatorError.notPrinted(reason: "full").exitCode == 74)
        let others: [OperatorError] = [
            .notConfirmed, .stillOpen, .noReply, .noRouter(at: "x", named: false), .refusedByIngress("x"),
            .strangeRelay("x"), .http(url: "x", reason: "y"), .refused(Refused(.shopChanged)),
        ]
        #expect(others.allSatisfy { $0.exitCode == 1 })
    }

    /// A process names the setting that it was given; who runs `up` has set it under another name.
    @Test(arguments: [
        ("sandbox", "BATON_LISTEN_SANDBOX"), ("terminal-gateway", "BATON_LISTEN_TERMINALS"),
        ("pos-gateway", "BATON_LISTEN_POS"), ("ingress", "BATON_LISTEN"),
    ])
    func aPortInUseNamesTheSettingOfUp(name: String, key: String) {
        let line = "cannot listen on 127.0.0.1:7790: Address already in use; set BATON_LISTEN to a free address"
        #expect(UpDisplay.inOwnWords(line, of: name).hasSuffix("set \(key) to a free address"))
    }

    @Test func typingNeverWaits() throws {
        try withFolder { folder in
            let home = Home(folder)
            try home.prepare()
            let keyboard = KeyboardPipe("counter-1", in: home)
            #expect(!keyboard.type("amount 1 EUR"), "there is none")
            #expect(mkfifo(keyboard.path, 0o600) == 0)
            #expect(!keyboard.type("amount 1 EUR"), "nobody reads")
            let reader = open(keyboard.path, O_RDONLY | O_NONBLOCK)
            defer { close(reader) }
            var typed = 0
            while typed < 100_000, keyboard.type("amount 1 EUR") { typed += 1 }
            #expect(typed > 0 && typed < 100_000, "a full pipe is no reason to wait")
            unlink(keyboard.path)
            try Data().write(to: URL(filePath: keyboard.path))
            #expect(!keyboard.type("amount 1 EUR"), "a file is no keyboard")
        }
    }

    /// What a person wrote on the record is one line, whatever an earlier Baton let pass.
    @Test func aLineOfAHistoryCannotBeForged() {
        let event = JournalEntry.Event(
            sequence: 1, at: Instant(milliseconds: 0), wall: Instant(milliseconds: 0), kind: .reconciled,
            detail: "Mika: ok\n2027-01-16T00:00:00.000Z  concluded  approved\u{1B}[1A")
        #expect(JournalHistory.line(event).isPlain)
    }

    @Test func filesThatCannotBeReadAreNamedInFewWords() throws {
        try withFolder { folder in
            let missing = #expect(throws: OperatorError.self) { try InputFile.read(folder + "/none", most: 10) }
            #expect(missing?.description == "\(folder)/none: No such file or directory")
            let isFolder = #expect(throws: OperatorError.self) { try InputFile.read(folder, most: 10) }
            #expect(isFolder?.description == "\(folder): Is a directory")
            try Data(repeating: 0, count: 11).write(to: URL(filePath: folder + "/long"))
            #expect(throws: OperatorError.self) { try InputFile.read(folder + "/long", most: 10) }
            let tag = Tag(url: "http://x", terminal: TerminalID("t")!)
            let unwritten = #expect(throws: OperatorError.self) { try tag.write(picture: folder + "/none/t.png") }
            #expect(unwritten?.description == "\(folder)/none/t.png: No such file or directory")
        }
    }
}
