import DeviceProtocol
import Foundation
import GRDB
import NIOPosix
import RelayDomain
import Testing

@testable import DeviceLink

/// A device does what its core decided once its journal holds it, and not before.
@Suite(.timeLimit(.minutes(1))) struct CoreHostTests {
    private static let command = CommandID(TransactionID("019a0000-0000-7000-8000-000000000001.0")!)

    /// What a host told its owner, each with what the journal held then.
    private typealias Told = [(news: String, held: CommandReport?)]

    /// Gives a host these inputs, one after the other, and stops it.
    private func told(_ inputs: [CareCore.Input], journalIsTaken: Bool = false) throws -> Told {
        let folder = FileManager.default.temporaryDirectory.appending(path: "host-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "commands.db").path
        let journal = try CommandJournal(path: path)
        let another = try DatabaseQueue(path: path)
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let run = { @Sendable () throws -> Told in
            try loop.submit {
                var told: Told = []
                let host = CoreHost(CareCore(), journal: journal, on: loop) { news in
                    let held = try? journal.record(of: Self.command)?.report
                    switch news {
                    case .output: told.append(("output", held))
                    case .failed: told.append(("failed", held))
                    default: told.append(("other", held))
                    }
                }
                for input in inputs { host.receive(input) }
                host.stop()
                return told
            }.wait()
        }
        guard journalIsTaken else { return try run() }
        // Somebody else has it locked: it cannot be written.
        return try another.writeWithoutTransaction { database in
            var result: Told = []
            try database.inTransaction(.immediate) {
                result = try run()
                return .rollback
            }
            return result
        }
    }

    @Test func whatIsDoneIsWrittenDownBefore() throws {
        let told = try told([.own])
        #expect(told.map(\.news) == ["output"])
        #expect(told.first?.held == .sending)
    }

    @Test func aDeviceThatCannotRememberDoesNothingAnyMore() throws {
        let told = try told([.own, .own], journalIsTaken: true)
        #expect(told.map(\.news) == ["failed"], "it says so once, and no later step is taken")
    }
}

/// Writes down that it sends, and sends, at each input.
private struct CareCore: DeviceCore {
    enum Input: DeviceInput {
        case own
        static func relay(_ news: RelayNews) -> Input { .own }
    }

    enum Output: DeviceOutput {
        case send
        static func call(_ call: RelayCall, _ request: DeviceRequest) -> Output { .send }
        var call: (call: RelayCall, request: DeviceRequest)? { nil }
    }

    var deadline: Duration? { nil }

    mutating func step(
        _ inputs: [Input], now: Duration, random: inout some RandomNumberGenerator
    ) -> (entries: [CommandRecord], outputs: [Output]) {
        guard let id = TransactionID("019a0000-0000-7000-8000-000000000001.0") else { return ([], []) }
        return ([CommandRecord(CommandID(id), .sending)], [.send])
    }
}
