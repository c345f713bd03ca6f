import Foundation
import RelayDomain
import Sealing

/// Flows A to E, as customers and the merchant of a sample shop would cause them.
///
/// | flow | terminal | what |
/// |---|---|---|
/// | A | unpaired | a phone pays |
/// | B | paired | a phone pays for the POS's open sale |
/// | C | unpaired | a phone's membership earns points, then spends some |
/// | D | paired | a phone's membership earns points for the POS's open sale |
/// | E | both | the terminal's scanner reads a payment code off the phone |
struct SampleFlows: Sendable {
    /// How long one flow may take.
    private static let limit = Duration.seconds(30)
    private static let program = ProgramID("sandbox-points")

    let shop: Shop
    let wallet: Wallet
    let counters: [Counter]

    /// One transaction: who does what, and where.
    private struct Flow {
        let letter: Character
        let what: String
        let counter: Counter
        let act: () async throws -> Ending
    }

    /// Its result.
    private struct Ending {
        /// Nil if the relay accepted nothing, or that is not known.
        let report: TransactionReport?
        let said: String
        /// The time until the phone, or the terminal's display, had the result.
        let took: Duration
    }

    /// Carries out one flow after the other.
    /// - Parameter tell: called with each line to print.
    /// - Returns: whether every one was approved.
    /// - Throws: `CancellationError`.
    func run(_ tell: (String) -> Void) async throws -> Bool {
        var areAllApproved = true
        for flow in try await flows() {
            let ending = await ending(of: flow)
            try Task.checkCancellation()
            tell(
                "flow \(flow.letter)  \(flow.what) at \(flow.counter.place): \(ending.said) in \(Milliseconds(ending.took))"
            )
            if let report = ending.report {
                tell("  transaction \(report.id)")
                report.path.forEach { tell("  \($0)") }
            }
            areAllApproved = areAllApproved && ending.report?.outcome?.kind == "approved"
        }
        return areAllApproved
    }

    private func flows() async throws -> [Flow] {
        guard let alone = counters.first(where: { $0.terminal.pairedWith == nil }),
            let paired = counters.first(where: { $0.terminal.pairedWith != nil }),
            let member = Secret("M-\(UUID().uuidString.prefix(8))"), let program = Self.program,
            let earned = Amount(minorUnits: 100, unit: .points(program)),
            let spent = Amount(minorUnits: 30, unit: .points(program))
        else { throw OperatorError.sample("it needs a terminal that is paired with a POS and one that is not") }
        let sale = Demonstration.sale
        try await wallet.join(member, program: program, points: 0)
        return [
            Flow(letter: "A", what: "payment", counter: alone) {
                try await tap(alone, .payment, try await wallet.code(), keyed: sale)
            },
            Flow(letter: "B", what: "payment", counter: paired) {
                try await tap(paired, .payment, try await wallet.code())
            },
            Flow(letter: "C", what: "accrue", counter: alone) { try await tap(alone, .accrue, member, keyed: earned) },
            Flow(letter: "C", what: "redeem", counter: alone) { try await tap(alone, .redeem, member, keyed: spent) },
            Flow(letter: "D", what: "accrue", counter: paired) { try await tap(paired, .accrue, member) },
            Flow(letter: "E", what: "scanned payment", counter: alone) {
                try await scan(alone, try await wallet.code(), keyed: sale)
            },
            Flow(letter: "E", what: "scanned payment", counter: paired) {
                try await scan(paired, try await wallet.code())
            },
        ]
    }

    private func ending(of flow: Flow) async -> Ending {
        let start = ContinuousClock.now
        do {
            return try await flow.act()
        } catch {
            return Ending(report: nil, said: "no outcome, \(error)", took: .now - start)
        }
    }

    /// The phone reads the terminal's tag and submits; the merchant has entered the amount before, if the terminal
    /// needs one.
    private func tap(
        _ counter: Counter, _ operation: RelayDomain.Operation, _ information: Secret, keyed amount: Amount? = nil
    ) async throws -> Ending {
        guard let application = shop.applications.first(where: { $0.functions.contains(operation) }) else {
            throw OperatorError.sample("no application has the function \(operation.rawValue)")
        }
        if let amount { try await counter.key(amount, within: Self.limit) }
        let tag = try counter.tag()
        let request = SubmissionRequest(
            terminal: tag.terminal, application: application.id, operation: operation, information: information,
            amount: amount, key: .new())
        let start = ContinuousClock.now
        switch try await Phone(url: tag.url).submit(request, within: Self.limit) {
        case .report(let report): return Ending(report: report, said: report.verdict, took: .now - start)
        case .refused(let problem): return Ending(report: nil, said: "no outcome, \(problem)", took: .now - start)
        }
    }

    /// The terminal's scanner reads the code from the phone's display.
    private func scan(_ counter: Counter, _ code: Secret, keyed amount: Amount? = nil) async throws -> Ending {
        if let amount { try await counter.key(amount, within: Self.limit) }
        let start = ContinuousClock.now
        let (transaction, display) = try await counter.scan(code, within: Self.limit)
        let took = ContinuousClock.now - start
        guard let transaction, let tag = try? counter.tag(),
            case .report(let report) = try await Phone(url: tag.url).transaction(transaction)
        else { return Ending(report: nil, said: "no outcome, the terminal shows: \(display)", took: took) }
        return Ending(report: report, said: report.verdict, took: took)
    }
}
