// The samples of doc comments that stand in no other file of the build. `SampleTests` compares them.
import NIOCore
import RelayTransport
import ServiceLifecycle
import ServiceRuntime

actor Echo {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    init(_ reactor: Reactor) { self.reactor = reactor }
}

struct Request: Sendable {}
struct Reply: Sendable {}

func mailboxes(_ reactor: Reactor, _ eventLoop: any EventLoop) -> (Mailbox<Request>, Mailbox<Reply>) {
    let requests = Mailbox<Request>(capacity: 4096, schedule: reactor.execute)  // NIO loop → reactor
    let replies = Mailbox<Reply>(capacity: 4096, schedule: { eventLoop.execute($0) })  // reactor → NIO loop
    return (requests, replies)
}

func health(of process: ServiceProcess, _ openJournal: () async throws -> Void) async throws {
    let journal = process.health.part("journal", detail: "waiting for the claim")
    try await openJournal()
    journal.ready()
}

func serve(_ server: any Service, on eventLoop: any EventLoop) async throws {
    try await withTaskExecutorPreference(EventLoopTaskExecutor(eventLoop)) { try await server.run() }
}
