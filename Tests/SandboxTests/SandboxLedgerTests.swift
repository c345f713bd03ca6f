import RelayDomain
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(2))) struct SandboxLedgerTests {
    @Test func aTransactionIsDecidedOnceAndRepeatsHearTheSame() {
        var scene = LedgerScene()
        guard case .decision(let first, repeated: false) = scene.authorize(LedgerScene.order("t1")) else {
            Issue.record("the first is no decision")
            return
        }
        #expect(first.isApproved)
        #expect(scene.authorize(LedgerScene.order("t1")) == .decision(first, repeated: true))
        #expect(scene.inquire("t1") == .finding(first))
        #expect(scene.booked == 1_250)
        #expect(scene.kinds == [.booking])
    }

    @Test func aRepeatThatSaysSomethingElseIsRefusedAndChangesNothing() {
        var scene = LedgerScene()
        _ = scene.authorize(LedgerScene.order("t1"))
        #expect(scene.authorize(LedgerScene.order("t1", .payment, 1_251)) == .contradiction)
        #expect(scene.authorize(LedgerScene.order("t1", code: 1)) == .contradiction)
        #expect(
            scene.carryOut(.reverse(LedgerTransactionID("t1")!, RetrievalReferenceNumber(number: 43)!))
                == .contradiction)
        #expect(scene.booked == 1_250)
        #expect(scene.reversed == 0)
    }

    @Test func aCodeServesOneTransaction() {
        var scene = LedgerScene()
        _ = scene.authorize(LedgerScene.order("t1"))
        #expect(scene.decide(LedgerScene.order("t2")) == .declined(.codeUsed))
        #expect(scene.booked == 1_250)
    }

    @Test func aReversalOfAnUnknownTransactionKillsItsID() {
        var scene = LedgerScene()
        #expect(scene.inquire("t1") == .finding(.notFound))
        #expect(scene.reverse("t1") == .reversal(.confirmed, .atOnce))
        #expect(scene.decide(LedgerScene.order("t1")) == .declined(.killed))
        #expect(scene.inquire("t1") == .finding(.reversed))
        #expect(scene.reverse("t1") == .reversal(.confirmed, .atOnce))
        #expect(scene.kinds == [.kill])
        #expect(
            scene.decide(LedgerScene.order("t2"))?.isApproved == true, "the killed transaction has not used the code")
    }

    @Test func aReversalTakesTheMoneyBackOnce() {
        var scene = LedgerScene()
        _ = scene.authorize(LedgerScene.order("t1"))
        #expect(scene.reverse("t1") == .reversal(.confirmed, .atOnce))
        #expect(scene.reverse("t1") == .reversal(.confirmed, .atOnce))
        #expect(scene.reversed == 1_250)
        #expect(scene.kinds == [.booking, .reversal])
        #expect(
            scene.decide(LedgerScene.order("t1")) == .declined(.killed),
            "an authorization that comes late books nothing")
        #expect(scene.decide(LedgerScene.order("t2")) == .declined(.codeUsed), "a reversal gives no code back")
        #expect(scene.booked == 1_250)
    }

    @Test func pointsComeAndGoWithTheirTransactions() {
        var scene = LedgerScene(points: 100)
        #expect(scene.decide(LedgerScene.order("a", .accrue, 50))?.isApproved == true)
        #expect(scene.points == 150)
        #expect(scene.decide(LedgerScene.order("r", .redeem, 151)) == .declined(.insufficientPoints))
        #expect(scene.decide(LedgerScene.order("s", .redeem, 150))?.isApproved == true)
        #expect(scene.points == 0)
        #expect(scene.reverse("a") == .reversal(.confirmed, .atOnce))
        #expect(scene.points == -50, "the points were spent: the account tells the truth")
        #expect(scene.reverse("s") == .reversal(.confirmed, .atOnce))
        #expect(scene.points == 100)
    }

    @Test func sumsThatWouldOverflowAreDeclinedAndMoveNothing() {
        let nearlyAll = Int64.max - 10
        var scene = LedgerScene(points: nearlyAll)
        #expect(scene.decide(LedgerScene.order("a", .accrue, 11)) == .declined(.amountTooLarge))
        #expect(scene.points == nearlyAll)
        scene.ledger.totals[LedgerScene.euro] = Total(bookings: 1, booked: nearlyAll)
        #expect(scene.decide(LedgerScene.order("p", .payment, 11)) == .declined(.amountTooLarge))
        #expect(scene.booked == nearlyAll)
        #expect(scene.kinds.isEmpty)
    }

    @Test func whatCannotServeIsDeclinedWithItsReason() {
        var scene = LedgerScene(limit: Amount(minorUnits: 1_000, unit: LedgerScene.euro))
        #expect(scene.decide(LedgerScene.order("t1", code: 99)) == .declined(.unknownCode))
        #expect(scene.decide(LedgerScene.order("t2", .payment, 1_001, code: 1)) == .declined(.insufficientFunds))
        let dollars = Amount.Unit.currency(CurrencyCode("USD")!)
        #expect(
            scene.decide(LedgerScene.order("t3", .payment, 900, code: 2, unit: dollars))
                == .declined(.insufficientFunds))
        #expect(scene.decide(LedgerScene.order("t4", .payment, 0, code: 3)) == .declined(.invalidAmount))
        #expect(
            scene.decide(LedgerScene.order("t5", code: 4, unit: LedgerScene.stars)) == .declined(.operationMismatch))
        let late = LedgerScene.order("t6", code: 5, notAfter: scene.now)
        scene.now = scene.now + .milliseconds(1)
        #expect(scene.decide(late) == .declined(.tooLate))
        #expect(
            scene.decide(LedgerScene.order("t7", .payment, 900, code: 5))?.isApproved == true,
            "too late, it was not looked at")
        scene.now = scene.now + .seconds(60)
        #expect(scene.decide(LedgerScene.order("t8", .payment, 900, code: 6)) == .declined(.codeExpired))
        #expect(scene.booked == 900)
    }

    @Test func theWitnessShowsNoWholeSecret() {
        var scene = LedgerScene()
        _ = scene.authorize(LedgerScene.order("t1", code: 9))
        _ = scene.authorize(LedgerScene.order("t2", .accrue, 5))
        #expect(scene.ledger.entries.map(\.who) == ["code 00000000", "member ••42"])
    }

    /// Whatever order authorizations, repeats, reversals, inquiries and confirmations come in: the money agrees with
    /// what was said.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func theMoneyAgreesWithTheAnswers(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        var scene = LedgerScene()
        let sums: [Int64] = [100, 9_101, 9_305, 9_306, 9_401, 9_402, 9_403, 9_502, 9_504]
        let orders = (0..<6).map {
            LedgerScene.order("t\($0)", .payment, sums.randomElement(using: &random)!, code: UInt8($0 / 2))
        }
        var reversedForGood: Set<LedgerTransactionID> = []
        for _ in 0..<60 {
            let order = orders.randomElement(using: &random)!
            scene.now = scene.now + .milliseconds(Int64.random(in: 0...900, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let finding = scene.decide(order)
                if reversedForGood.contains(order.transaction) { #expect(finding?.isApproved == false, "seed \(seed)") }
            case 1: _ = scene.carryOut(.inquire(order.transaction))
            case 2: _ = scene.carryOut(.confirm(order.transaction, accepts: Bool.random(using: &random)))
            default:
                if case .reversal(.confirmed, _) = scene.carryOut(.reverse(order.transaction, order.reference)) {
                    reversedForGood.insert(order.transaction)
                }
            }
        }
        let held = orders.filter { order in
            if case .approved = scene.ledger.transactions[order.transaction]?.standing { true } else { false }
        }
        #expect(scene.booked - scene.reversed == held.map(\.amount.minorUnits).reduce(0, +), "seed \(seed)")
        #expect(held.allSatisfy { !reversedForGood.contains($0.transaction) }, "seed \(seed)")
        for order in orders {
            let bookings = scene.ledger.entries.filter { $0.transaction == order.transaction && $0.kind == .booking }
            #expect(bookings.count <= 1, "seed \(seed)")
        }
    }
}
