import RelayDomain
import Testing

@testable import Chaos

struct FaultPlanTests {
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
        #expect(Set(faults.map(\.kind)) == Set(Fault.Kind.allCases))
        for role in Role.allCases { #expect(faults.contains(.kill(role)), "\(role.rawValue) is never killed") }
        for line in Line.allCases { #expect(faults.contains(.cut(line)), "\(line.rawValue) is never cut") }
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
