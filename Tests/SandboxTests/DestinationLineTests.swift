import RelayDomain
import Testing

@testable import Sandbox

/// What the sandbox POS makes of its destination's answers.
@Suite(.timeLimit(.minutes(1))) struct DestinationLineTests {
    /// Else what was booked would be taken back for its decoration.
    @Test(arguments: [
        (#"{"answer":"approved","code":7,"reason":7,"text":7,"approval":{"approvalCode":7}}"#, Approval()),
        (#"{"answer":"approved","approval":"K3"}"#, Approval()),
        (#"{"answer":"approved","approval":null}"#, Approval()),
        (
            #"{"answer":"approved","approval":{"amount":5,"balance":{"minorUnits":0.5},"receiptLines":"x","brand":"B"}}"#,
            Approval(brand: "B")
        ),
    ])
    func anApprovalCountsWhateverComesWithIt(body: String, approval: Approval) {
        #expect(DestinationLine.Word(body.utf8) == .end(.approved(approval)))
    }

    @Test func aDeclineIsADecline() {
        #expect(
            DestinationLine.Word(#"{"answer":"declined","reason":7,"text":[],"approval":1}"#.utf8)
                == .end(.declined(reason: "declined", text: nil)))
    }

    @Test(arguments: [
        #"{"answer":7}"#, #"{"answer":"APPROVED"}"#, #"{"answer":"approved","answer":"declined"}"#, "{}", "",
    ])
    func whatIsNoWordDecidesNothing(body: String) {
        #expect(DestinationLine.Word(body.utf8) == .nothing)
    }
}
