import Flooding
import RelayDomain
import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(2))) struct FaultPlanTests {
    @Test func theSameSeedOrdersTheSameFaults() {
        #expect(FaultPlan(seed: 7, span: .seconds(300)).steps == FaultPlan(seed: 7, span: .seconds(300)).steps)
        #expect(FaultPlan(seed: 7, span: .seconds(300)).steps != FaultPlan(seed: 8, span: .seconds(300)).steps)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func evenAShortRunKillsTheActiveRouter(seed: UInt64) {
        let steps = FaultPlan(seed: seed, span: .seconds(30)).steps
        #expect(steps.first?.fault == .kill(.activeRouter))
        #expect(steps.count >= 8)
    }

    @Test func aLongRunMeetsEveryKindAndKillsEverybody() {
        let faults = FaultPlan(seed: 1, span: .seconds(300)).steps.map(\.fault)
        #expect(Set(faults.map(\.kind)) == Set(Fault.Kind.allCases).subtracting([.flood]))
        for role in Role.allCases { #expect(faults.contains(.kill(role)), "\(role.rawValue) is never killed") }
        for line in Line.allCases { #expect(faults.contains(.cut(line)), "\(line.rawValue) is never cut") }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func floodsComeBesideThem(seed: UInt64) {
        let span = Duration.seconds(120)
        let steps = FaultPlan.floods(seed: seed, span: span).steps
        #expect(steps == FaultPlan.floods(seed: seed, span: span).steps)
        var met: Set<Strangers> = []
        for step in steps {
            guard case .flood(let role, let strangers, let span) = step.fault else { continue }
            #expect(strangers.flooded.contains(role) && span <= .seconds(5))
            met.insert(strangers)
        }
        #expect(met == Set(Strangers.allCases), "of \(steps.count)")
        #expect(FaultPlan.floods(seed: seed, span: span, perMinute: 0).steps.isEmpty)
    }

    @Test func noFaultBeginsAfterTheSpanAndNoneLastsForLong() {
        for step in FaultPlan(seed: 3, span: .seconds(120)).steps {
            #expect(step.at < .seconds(120))
            switch step.fault {
            case .freeze(_, let span), .pause(_, let span), .stall(_, let span): #expect(span <= .seconds(8))
            case .clockStep(.activeRouter, let offset): #expect(offset < .seconds(60) && offset > .seconds(-60))
            default: break
            }
        }
    }
}
