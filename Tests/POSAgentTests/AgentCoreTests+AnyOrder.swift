import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import POSAgent

// Whatever comes in whatever order.
extension AgentCoreTests {
    /// Whatever comes in whatever order: `send` leaves once for a command, and the word on it does not change.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func nothingIsSentTwice(block: UInt64) {
        var ends = Set<String>()
        for seed in block * 80..<block * 80 + 80 { ends.formUnion(live(seed: seed)) }
        let rare = ["uncertain", "entered.", "canceled", "interrupted", "deviceBusy", "expired", "unreadable"]
        for end in rare { #expect(ends.contains { $0.contains(end) }, "\(end) did not come up") }
    }

    /// How a POS program in a mood ends a step.
    private func news(of step: DriverStep?, _ random: inout Lottery) -> DriverNews {
        let failures: [DriverFailure] = [.broken, .silent, .unreachable, .refused(.markUsed), .readBackDiffers]
        if Int.random(in: 0..<6, using: &random) == 0 {
            return .failed(failures.randomElement(using: &random) ?? .broken)
        }
        let answers: [POSAnswer?] = [.approved(), .declined(.declined), nil]
        let isDone = Bool.random(using: &random)
        let sights: [WindowSight] = [
            .open(.code, sale: nil), .open(.code, sale: nil), .open(.code, sale: nil), .open(.other, sale: nil),
            .open(.empty, sale: nil), .closed, .sent, .unknown,
        ]
        return switch step {
        case .locate, .finish, .probe, nil: .located(world.window)
        case .activate:
            .activated(ActiveWindow(WindowOpening(window: "w-1", serial: "\(random.next())")!, sale: nil))
        case .enter: Int.random(in: 0..<6, using: &random) == 0 ? .unreadable : .entered
        case .look: .seen(sights.randomElement(using: &random) ?? .closed)
        case .clear: .seen(sights.dropFirst(2).randomElement(using: &random) ?? .closed)
        case .send: .sent(receipt("R-1"))
        case .confirm where isDone: .confirmed(.finished(receipt("R-1"), answers.randomElement(using: &random) ?? nil))
        case .confirm: .confirmed(.sending(receipt("R-1")))
        }
    }

    /// One agent's life under one seed.
    /// - Returns: how its commands ended.
    private func live(seed: UInt64) -> Set<String> {
        var world = AgentWorld()
        world.commandLife = .seconds(seed.isMultiple(of: 8) ? 1 : 2_000)
        var random = Lottery(state: seed)
        var said: [CommandID: Set<String>] = [:], ends = Set<String>(), emptied = Set<WindowOpening>()
        for _ in 0..<250 {
            world.now += .milliseconds(Int64.random(in: 0...500, using: &random))
            let command = world.command(Int.random(in: 1...5, using: &random))
            switch Int.random(in: 0..<16, using: &random) {
            case 0, 1: world.relayReported(.command(command, known: world.journal[command.id]))
            case 2: world.relayReported(.answered(.received(command.id), .proceed(command.id)))
            case 3: world.relayReported(.cancel(command.id))
            case 4 where Int.random(in: 0..<2, using: &random) == 0:
                world.crash()
            case 5: world.resumeCommanded(command.id)
            case 6: world.relayReported(.answered(.result(command.id), .taken(command.id)))
            case 7: world.pass(.seconds(7))
            default:
                let step = world.lastStep
                let news = news(of: step, &random)
                switch (step, news) {
                case (.look(let opening, _), .seen(.closed)), (.clear(let opening), .seen(.closed)),
                    (.clear(let opening), .seen(.open(.empty, sale: _))), (.enter(let opening, _, _), .unreadable):
                    emptied.insert(opening)
                default: break
                }
                world.driven(news)
            }
            for case .result(let id, let result, let evidence, at: _) in world.calls {
                said[id, default: []].insert("\(result) \(evidence?.sighting.description ?? "")")
                ends.insert("\(result).")
            }
            world.calls = []
        }
        var sent: [CommandID: Int] = [:]
        for case .send(_, let mark, _, _) in world.steps.map(\.step) { sent[mark, default: 0] += 1 }
        #expect(sent.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        #expect(said.values.allSatisfy { $0.count == 1 }, "seed \(seed): \(said)")
        var entered: [CommandID: WindowOpening] = [:]
        for case .enter(let opening, let mark, _) in world.steps.map(\.step) { entered[mark] = opening }
        for (command, words) in said {
            let isRefused = words.allSatisfy { $0.contains("refused") }
            if let opening = entered[command] {
                #expect(!isRefused || emptied.contains(opening), "seed \(seed): it may stand there, and is refused")
            } else {
                #expect(isRefused, "seed \(seed): nothing was sent, so it is said")
            }
        }
        return ends
    }
}
