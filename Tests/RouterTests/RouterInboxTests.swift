import RelayDomain
import Testing

@testable import Router

/// What waits for a router's next turn is bounded, whoever sends it.
@Suite(.timeLimit(.minutes(1))) struct RouterInboxTests {
    private let session = DeviceSession(
        device: .terminal(TerminalID("t")!), count: ConnectionCount(term: 1, number: 1))

    private let gateway = Caller(.terminalGateway, .said(name: "terminals"))
    private let adapter = Caller(.destinationAdapter, .said(name: "adapter"))

    private func call(_ call: DeviceCall, of peer: UInt64) -> RouterInput {
        .gateway(
            .call(session, call, gatewayAt: Instant(milliseconds: 0)), from: gateway,
            ReturnAddress(PeerNumber(peer), correlation: 2))
    }

    private func resume(_ names: Int, of peer: UInt64) -> RouterInput {
        call(.resume([], scans: .init(repeating: SubmissionKeyText("s")!, count: names)), of: peer)
    }

    /// Adds one input again and again.
    /// - Returns: how often it was taken.
    private func flood(_ inbox: inout RouterInbox, _ input: RouterInput, of peer: UInt64) -> Int {
        for count in 0..<100_000 where !inbox.add(input, from: PeerNumber(peer)) || inbox.isFull { return count }
        return 100_000
    }

    @Test func oneGatewayTakesNoMoreThanItsShare() {
        var inbox = RouterInbox()
        let taken = flood(&inbox, resume(63, of: 1), of: 1)
        #expect(taken == RouterInbox.mostOfOne / 64)
        let anothers = inbox.add(resume(8, of: 2), from: PeerNumber(2))
        let itsOwn = inbox.add(resume(8, of: 1), from: PeerNumber(1))
        #expect(anothers && !itsOwn)
        let turn = inbox.takeAll()
        #expect(turn.count == taken + 1)
        let next = inbox.add(resume(8, of: 1), from: PeerNumber(1))
        #expect(next, "the next turn begins anew")
    }

    @Test func allTogetherTakeNoMoreThanThereIsRoomFor() {
        var inbox = RouterInbox()
        let taken = (1...9).map { flood(&inbox, resume(63, of: $0), of: $0) }
        #expect(taken.reduce(0, +) == RouterInbox.most / 64)
        #expect(!inbox.isFull)
    }

    /// What nobody repeats finds room beyond that; then nothing more is read.
    @Test func answersOfDestinationsFindRoom() {
        var inbox = RouterInbox()
        for peer in UInt64(1)...3 { _ = flood(&inbox, resume(63, of: peer), of: peer) }
        let answer = RouterInput.adapter(.health(isGood: true), from: adapter, PeerNumber(9))
        let first = inbox.add(answer, from: PeerNumber(9))
        #expect(first && !inbox.isFull)
        let taken = flood(&inbox, answer, of: 9)
        #expect(taken == RouterInbox.reserve - 2 && inbox.isFull, "the last one makes it full")
        let last = inbox.add(answer, from: PeerNumber(8))
        #expect(last, "what was read already is not lost")
        _ = inbox.takeAll()
        #expect(!inbox.isFull && inbox.isEmpty)
    }

    /// Nobody waits for an answer to it, so who says so much is dismissed.
    @Test func onePeersWordsDoNotFillIt() {
        var inbox = RouterInbox()
        let taken = flood(&inbox, .adapter(.health(isGood: true), from: adapter, PeerNumber(1)), of: 1)
        #expect(taken == RouterInbox.allOfOne && !inbox.isFull)
        let another = inbox.add(.adapter(.health(isGood: true), from: adapter, PeerNumber(2)), from: PeerNumber(2))
        let itsEnd = inbox.add(.adapterLost(PeerNumber(1)), from: PeerNumber(1))
        #expect(another && itsEnd)
    }

    @Test func aClaimIsNotRefusedForTheFloodOfAnother() {
        var inbox = RouterInbox()
        for peer in UInt64(1)...3 { _ = flood(&inbox, resume(63, of: peer), of: peer) }
        let claim = RouterInput.gateway(
            .claim(session.device, .unproven, nil), from: gateway, ReturnAddress(PeerNumber(9), correlation: 2))
        let taken = inbox.add(claim, from: PeerNumber(9))
        #expect(taken)
    }
}
