import Foundation
import NIOConcurrencyHelpers
import RelayDomain
import RelayTesting

/// All customers of a run: they come at a rate, each with a request of their own.
struct Crowd: Sendable {
    /// The points of a new membership.
    static let points: Int64 = 1_000_000_000
    private static let sharedMembers = 50

    let options: ChaosOptions
    let line: PhoneLine
    let history: History
    let sandbox: SandboxClient
    let counters: Counters
    let crew: Crew
    private let codes: NIOLockedValueBox<[String]>
    /// The codes and memberships that were used at a POS, by key, so that the examination finds them in the ledger.
    private let takenToPOS = NIOLockedValueBox<[String: CustomerRequest.Information]>([:])

    /// Gets codes and memberships.
    init(
        _ options: ChaosOptions, _ line: PhoneLine, _ history: History, _ sandbox: SandboxClient, _ counters: Counters,
        _ crew: Crew
    ) async throws {
        self.options = options
        self.line = line
        self.history = history
        self.sandbox = sandbox
        self.counters = counters
        self.crew = crew
        let expected = Int(options.rate * options.minutes * 60 * 1.3) + 200
        codes = NIOLockedValueBox(try await sandbox.codes(expected))
        for number in 0..<Self.sharedMembers { try await sandbox.open("shared-\(number)", points: Self.points) }
    }

    var atPOS: [String: CustomerRequest.Information] { takenToPOS.withLockedValue { $0 } }

    /// Lets customers come for the span; returns when the last one has left.
    func come() async throws {
        var random = SeededGenerator(seed: options.seed &+ 1)
        let begin = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            var due = begin
            var number = 0
            while due < begin + options.span {
                try await Task.sleep(until: due, clock: .continuous)
                number += 1
                let visit = visit(number, &random)
                group.addTask { await visit() }
                let gap = -log(Double.random(in: 1e-6..<1, using: &random)) / options.rate
                due += .milliseconds(Int64(min(gap, 5) * 1_000))
            }
        }
    }

    private func visit(_ number: Int, _ random: inout SeededGenerator) -> @Sendable () async -> Void {
        guard let code = codes.withLockedValue({ $0.popLast() }) else {
            return { history.surprised(by: "the harness has no code left") }
        }
        let choice = Int.random(in: 0..<100, using: &random)
        if choice < 4 { return { counters.scan(code) } }
        let key = "c-\(number)"
        let cents = Int64.random(in: 1...8_999, using: &random)
        let terminal = counters.names.randomElement(using: &random) ?? ""
        var request = CustomerRequest(key: key, terminal: terminal, operation: .payment, information: .code(code))
        switch choice {
        case ..<7: return tap(at: Roster.terminals.randomElement(using: &random) ?? "", request, keying: cents)
        case ..<14: return payAtPOS(request, &random)
        case ..<17: return collectAtPOS(request, &random)
        case ..<25:
            request = CustomerRequest(
                key: key, terminal: terminal, operation: choice < 21 ? .accrue : .redeem,
                information: .member("shared-\(number % Self.sharedMembers)"))
        case ..<30: request.amount = cents
        default: break
        }
        let customer = customer(request, cancels: Int.random(in: 0..<25, using: &random) == 0)
        return { await customer.visit() }
    }

    private func customer(_ request: CustomerRequest, cancels: Bool = false) -> Customer {
        Customer(
            request: request, line: line, history: history, sandbox: sandbox, patience: options.patience,
            cancelsAfter: cancels ? .milliseconds(.random(in: 0...4_000)) : nil)
    }

    /// The merchant at a terminal that is a process enters the amount before the tap.
    private func tap(at terminal: String, _ request: CustomerRequest, keying cents: Int64) -> @Sendable () async -> Void
    {
        let request = CustomerRequest(
            key: request.key, terminal: terminal, operation: .payment, information: request.information)
        return {
            await crew.type("clear", to: terminal)  // Removes earlier amounts and prompts.
            await crew.type("amount \(Roster.euros(cents))", to: terminal)
            await customer(request).visit()
        }
    }

    private func payAtPOS(_ request: CustomerRequest, _ random: inout SeededGenerator) -> @Sendable () async -> Void {
        let place = Self.place(&random)
        var request = CustomerRequest(
            key: request.key, terminal: Self.paired(place), operation: .payment, information: request.information)
        // Some phones name the sale's amount, a few of them another one.
        if Bool.random(using: &random) {
            request.amount = Roster.sales[place] + (Int.random(in: 0..<10, using: &random) == 0 ? 1 : 0)
        }
        takenToPOS.withLockedValue { $0[request.key] = request.information }
        let customer = customer(request, cancels: Int.random(in: 0..<12, using: &random) == 0)
        return { await customer.visit() }
    }

    /// Each membership is used once: its points show what the POS has booked.
    private func collectAtPOS(_ request: CustomerRequest, _ random: inout SeededGenerator) -> @Sendable () async -> Void
    {
        let place = Self.place(&random)
        let request = CustomerRequest(
            key: request.key, terminal: Self.paired(place), operation: Bool.random(using: &random) ? .accrue : .redeem,
            information: .member("once-\(request.key)"))
        let customer = customer(request)
        return {
            guard (try? await sandbox.open("once-\(request.key)", points: Self.points)) != nil else { return }
            takenToPOS.withLockedValue { $0[request.key] = request.information }
            await customer.visit()
        }
    }

    /// One of the POS; seldom the last one, which is slow.
    private static func place(_ random: inout SeededGenerator) -> Int {
        min(Int.random(in: 0..<Roster.pos.count * 3 - 2, using: &random) / 3, Roster.pos.count - 1)
    }

    /// The terminal that is paired with a POS.
    static func paired(_ place: Int) -> String { "beside-\(Roster.pos[place])" }
}
