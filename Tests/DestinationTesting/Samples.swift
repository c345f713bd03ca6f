import DestinationKit
import Logging
import RelayDomain
import RelayTransport
import Sealing
import ServiceLifecycle
import ServiceRuntime
import Synchronization

package let sampleKey = SealingKey(bytes: Array(repeating: 7, count: 32))!
package let sampleDestination = DestinationID("bank")!

extension TransactionID {
    package static func sample(_ number: UInt64, journal: UInt8 = 0) -> TransactionID {
        TransactionID(high: 0x019A_0B5C_7E10_7000, low: 0x8000_0000_0000_0000 | number, journal: journal)!
    }
}

extension AuthorizationRequest {
    /// A request whose information is `code-<number>`.
    package static func sample(
        _ number: UInt64, operation: Operation = .payment, destination: DestinationID = sampleDestination,
        amount: Amount? = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!)), key: SealingKey = sampleKey,
        notAfter: Instant, journal: UInt8 = 0
    ) throws -> AuthorizationRequest {
        let context = SealingContext(
            application: ApplicationID("app")!, terminal: TerminalID("t-1")!, operation: operation,
            key: SubmissionKeyText("k-\(number)")!, expiresAt: nil)
        return AuthorizationRequest(
            transaction: .sample(number, journal: journal),
            reference: RetrievalReferenceNumber(journal: journal, sequence: number),
            destination: destination, operation: operation, amount: amount,
            sealed: try key.seal(Secret("code-\(number)")!, for: context), sealedFor: context, notAfter: notAfter)
    }
}

extension AdapterAnswer {
    /// What was answered to an authorization; nil if it was something else.
    package var answer: DestinationAnswer? { if case .authorization(let answer) = word { answer } else { nil } }
}

extension FollowUp {
    /// About the transaction of ``AuthorizationRequest/sample(_:operation:destination:amount:key:notAfter:journal:)``.
    package static func sample(
        _ number: UInt64, destination: DestinationID = sampleDestination, journal: UInt8 = 0,
        state: AdapterState? = nil
    ) -> FollowUp {
        FollowUp(
            transaction: .sample(number, journal: journal),
            reference: RetrievalReferenceNumber(journal: journal, sequence: number), destination: destination,
            application: ApplicationID("app")!, terminal: TerminalID("t-1")!, operation: .payment,
            amount: Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!)),
            authorizedAt: Instant(milliseconds: 1_796_000_000_000), notAfter: Instant(milliseconds: 1_796_000_002_000),
            adapterState: state)
    }
}

extension DestinationManifest {
    package static func sample(
        concurrent: Int = 8, operations: Set<Operation> = [.payment, .accrue], zeroPayments: Bool = false
    ) -> DestinationManifest {
        DestinationManifest(
            destination: sampleDestination, operations: operations, amountRequired: true, zeroPayments: zeroPayments,
            codesReusable: false, visibilityDelay: .seconds(1), concurrent: concurrent)!
    }
}

/// Runs a worker for a destination in front of a fake router, once the worker is ready there.
/// - Parameter executor: where the destination's tasks run.
package func withWorker(
    _ destination: any Destination, executor: (any TaskExecutor)? = nil,
    logger: Logger = Logger(label: "destination"),
    _ body: (FakeRouter, _ stop: @escaping @Sendable () async -> Void) async throws -> Void
) async throws {
    let router = try FakeRouter()
    try await router.open()
    let worker = DestinationWorker(
        destination, sealingKey: sampleKey, bus: BusConfiguration([router.bus.address]), name: "adapter",
        readiness: Health().part("routers"), executor: executor, logger: logger)
    let group = ServiceGroup(services: [worker], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        await router.manifests(atLeast: 1)
        do {
            try await body(router) { await group.triggerGracefulShutdown() }
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
    await router.end()
}

/// Keeps the metadata of every line.
package final class LogLines: LogHandler {
    private let written = Mutex<[Logger.Metadata]>([])
    package init() {}
    package var all: [Logger.Metadata] { written.withLock { $0 } }
    package var logger: Logger { Logger(label: "test") { _ in self } }

    package var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    package var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    package subscript(metadataKey _: String) -> Logger.MetadataValue? {
        get { nil }
        set {}
    }

    package func log(event: LogEvent) { written.withLock { $0.append(event.metadata ?? [:]) } }
}
