import RelayDomain
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(2))) struct FaultTests {
    @Test(
        arguments: [
            (9_101, .insufficientFunds), (9_102, .notPermitted), (9_103, .limitExceeded), (9_104, .suspectedFraud),
        ] as [(Int64, DeclineReason)])
    func declinesOnRequest(ending: Int64, reason: DeclineReason) {
        var scene = LedgerScene()
        #expect(scene.decide(LedgerScene.order("t", .payment, 50_000 + ending)) == .declined(reason))
        #expect(scene.booked == 0)
    }

    @Test func theAmountGoesBeforeTheMember() {
        #expect(SandboxFault(minorUnits: 1_250, member: "anna-9102")?.effect == .declines(.notPermitted))
        #expect(SandboxFault(minorUnits: 9_101, member: "anna-9102")?.effect == .declines(.insufficientFunds))
        #expect(SandboxFault(minorUnits: 1_250, member: "anna9102") == nil)
        #expect(SandboxFault(minorUnits: 1_250, member: "anna-1250") == nil)
        #expect(SandboxFault(minorUnits: 1_250, member: nil) == nil)
    }

    @Test func slowAnswersTakeTheSecondsThatTheAmountNames() {
        #expect(SandboxFault(ending: 9_201)?.delivery == .after(.seconds(1)))
        #expect(SandboxFault(ending: 9_260)?.delivery == .after(.seconds(60)))
        #expect(SandboxFault(ending: 9_261) == nil)
        #expect(SandboxFault(ending: 9_200) == nil)
    }

    @Test func whatIsKeptWaitingOrLeftUnansweredIsWrittenInTheTable() {
        #expect(SandboxFault(ending: 9_301)?.arrival == .never)
        #expect(SandboxFault(ending: 9_302)?.delivery == .never)
        #expect(SandboxFault(ending: 9_303)?.arrival == .after(.seconds(5)))
        #expect(SandboxFault(ending: 9_304)?.delivery == .twice)
    }

    @Test func anAnswerOfUnknownMayHideABooking() {
        var scene = LedgerScene()
        #expect(scene.decide(LedgerScene.order("t", .payment, 9_305)) == .unknown)
        #expect(scene.booked == 9_305)
        guard case .finding(.approved) = scene.inquire("t") else {
            Issue.record("the inquiry does not find the booking")
            return
        }
    }

    @Test func anUnknownWithoutABookingEndsWithAReversal() {
        var scene = LedgerScene()
        #expect(scene.decide(LedgerScene.order("t", .payment, 9_306)) == .unknown)
        #expect(scene.inquire("t") == .finding(.unknown))
        #expect(scene.reverse("t") == .reversal(.confirmed, .atOnce))
        #expect(scene.inquire("t") == .finding(.reversed))
        #expect(scene.booked == 0)
    }

    @Test func theCustomersWordDecidesWhatWaitsForIt() {
        var scene = LedgerScene()
        #expect(scene.decide(LedgerScene.order("t", .payment, 9_401)) == .pendingCustomer)
        scene.now = scene.now + .seconds(600)
        #expect(scene.inquire("t") == .finding(.pendingCustomer))
        #expect(scene.booked == 0)
        guard case .finding(.approved) = scene.carryOut(.confirm(LedgerTransactionID("t")!, accepts: true)) else {
            Issue.record("the confirmation is not heard")
            return
        }
        #expect(scene.booked == 9_401)
        _ = scene.carryOut(.confirm(LedgerTransactionID("t")!, accepts: false))
        #expect(scene.booked == 9_401)
        #expect(scene.reversed == 0)
    }

    @Test(arguments: [9_402, 9_403] as [Int64])
    func customersMakeUpTheirMindsAfterThreeSeconds(sum: Int64) {
        var scene = LedgerScene()
        _ = scene.decide(LedgerScene.order("t", .payment, sum))
        scene.now = scene.now + .milliseconds(2_999)
        #expect(scene.inquire("t") == .finding(.pendingCustomer))
        scene.now = scene.now + .milliseconds(1)
        let answer = scene.inquire("t")
        guard case .finding(let finding) = answer else {
            Issue.record("after three seconds the customer has decided: \(answer)")
            return
        }
        if sum == 9_402 { #expect(finding.isApproved) } else { #expect(finding == .declined(.customerRefused)) }
        #expect(scene.booked == (sum == 9_402 ? sum : 0))
    }

    @Test func reversalsAreRefusedDoubtedAndSilentOnRequest() {
        var scene = LedgerScene()
        _ = scene.decide(LedgerScene.order("refuses", .payment, 9_501, code: 0))
        _ = scene.decide(LedgerScene.order("doubts", .payment, 9_502, code: 1))
        _ = scene.decide(LedgerScene.order("unclosable", .payment, 9_503, code: 2))
        _ = scene.decide(LedgerScene.order("silent", .payment, 9_504, code: 3))
        for _ in 0..<2 {
            #expect(scene.reverse("refuses") == .reversal(.refused(.alreadySettled), .atOnce))
            #expect(scene.reverse("doubts") == .reversal(.unknown, .atOnce))
            #expect(scene.reverse("unclosable") == .reversal(.refused(.alreadySettled), .atOnce))
        }
        #expect(scene.inquire("unclosable") == .finding(.unknown))
        #expect(scene.reverse("doubts") == .reversal(.confirmed, .atOnce))
        #expect(scene.reverse("silent") == .reversal(.confirmed, .never))
        #expect(scene.reverse("silent") == .reversal(.confirmed, .atOnce))
        #expect(scene.reversed == 9_502 + 9_504)
    }
}
