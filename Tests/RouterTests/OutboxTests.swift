import RelayDomain
import Router
import Testing

/// When a router's outputs leave.
@Suite(.timeLimit(.minutes(1))) struct OutboxTests {
    private var outbox = Outbox()

    private func output(_ number: UInt64) -> RouterOutput {
        .tellPast(.history, ReturnAddress(PeerNumber(1), correlation: number))
    }

    @Test mutating func outputsWaitForTheirCommit() {
        let first = outbox.hold([output(1), output(2)])
        let second = outbox.hold([output(3)])
        #expect(outbox.count == 3)
        #expect(outbox.release(through: first) == [output(1), output(2)])
        #expect(outbox.release(through: second) == [output(3)])
        #expect(outbox.isEmpty && outbox.count == 0)
    }

    /// It may have seen what the commit before it writes.
    @Test mutating func aStepWithoutEntriesWaitsForTheCommitBeforeIt() {
        let first = outbox.hold([output(1)])
        let second = outbox.hold([output(2)])
        #expect(outbox.pass([output(3)]).isEmpty)
        #expect(outbox.release(through: first) == [output(1)])
        #expect(outbox.release(through: second) == [output(2), output(3)])
    }

    @Test mutating func whereNothingIsBeingWrittenItLeavesAtOnce() {
        #expect(outbox.pass([output(1)]) == [output(1)])
        let commit = outbox.hold([])
        #expect(outbox.release(through: commit).isEmpty)
        #expect(outbox.pass([output(2)]) == [output(2)])
    }

    @Test mutating func commitsThatWereWrittenTogetherKeepTheirOrder() {
        _ = outbox.hold([output(1)])
        _ = outbox.pass([output(2)])
        let last = outbox.hold([output(3)])
        #expect(outbox.release(through: last) == [output(1), output(2), output(3)])
        #expect(outbox.isEmpty)
    }

    /// A later step has seen what is lost; and a later commit's end must not release what it says.
    @Test mutating func afterALossNothingLeaves() {
        let (first, second) = (outbox.hold([output(1)]), outbox.hold([output(2)]))
        #expect(outbox.release(through: first) == [output(1)])
        outbox.lose()
        #expect(outbox.isEmpty && outbox.count == 0, "nothing is waited for")
        #expect(outbox.pass([output(3)]).isEmpty)
        let third = outbox.hold([output(4)])
        #expect(outbox.release(through: second).isEmpty)
        #expect(outbox.release(through: third).isEmpty)
        #expect(outbox.isEmpty)
    }
}
