import Foundation
import RelayDomain
import SQLiteLog
import Testing

@testable import Router

/// A real router with a real journal is given a code; no file of the relay may ever hold it, sealed or not.
@Suite(.timeLimit(.minutes(2))) struct CanaryTests {
    private static let canary = Array("CANARY-6F1B02-this-is-what-a-sealed-code-looks-like".utf8)

    @Test func noFileHoldsSealedBytes() async throws {
        try await withHome { home in
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try await SQLiteRegistry(at: "\(home)/registry.db").write(
                try Registry(ShopPeers.shop(terminals: 2), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router")
            try await eventually { router.isReady }
            // One terminal submits at once, so that its authorization is under way; the other never does.
            let (peers, adapter) = (ShopPeers(at: try router.sockets, terminals: 2), HangingAdapter())
            try await peers.open()
            try await adapter.open(at: try router.sockets)
            try await eventually { await peers.areReady }
            do {
                for number in UInt8(0)..<2 {
                    let submit = Self.submission(number)
                    let reply = try await peers.ask { .submit(submit, waitUntil: $0) }
                    guard case .status(let status) = reply else {
                        Issue.record("\(reply)")
                        return
                    }
                    #expect(status.state == .commanded)
                }
                try await eventually { await peers.commands.count == 2 }
                #expect(await peers.commands.allSatisfy { $0.sealed.bytes == Self.canary }, "the terminals have it")
                await peers.submitFirstCommand()
                try await eventually { try await peers.overview().adapters.map(\.asked) == [1] }
                let journal = try Self.files(in: home, holding: Array("counter-1".utf8))
                #expect(journal.contains { $0.hasPrefix("log-") }, "what is in the journal is found")
                #expect(try Self.files(in: home, holding: Self.canary).isEmpty)
            } catch {
                Issue.record(error)
            }
            router.task.cancel()
            try await eventually { router.hasEnded }
            #expect(try Self.files(in: home, holding: Self.canary).isEmpty, "nor after a checkpoint")
            await peers.close()
            await adapter.close()
        }
    }

    private static func submission(_ number: UInt8) -> SubmitTransaction {
        let plain = ShopPeers.submission(number, bytes: 1)
        return SubmitTransaction(
            terminal: plain.terminal, application: plain.application, operation: plain.operation,
            information: Information(
                kind: .paymentCode, sealed: SealedInformation(canary)!, digest: plain.information.digest,
                expiresAt: nil),
            amount: nil, key: plain.key, body: plain.body, hopStamps: [])
    }

    /// The names of the files below a folder in which these bytes stand: databases, their WAL and shared memory, all.
    private static func files(in folder: String, holding bytes: [UInt8]) throws -> [String] {
        let names = try #require(FileManager.default.enumerator(atPath: folder))
        return names.compactMap { $0 as? String }.filter { name in
            let file = URL(fileURLWithPath: "\(folder)/\(name)")
            guard (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true,
                let contents = try? Data(contentsOf: file)
            else { return false }
            return contents.range(of: Data(bytes)) != nil
        }.map { URL(fileURLWithPath: $0).lastPathComponent }
    }
}
