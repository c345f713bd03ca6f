import Testing

@testable import RelayTransport

@Suite(.timeLimit(.minutes(2))) struct LinkStateMachineTests {
    private let start = ContinuousClock.now

    private func openLink(_ end: LinkStateMachine.End) -> LinkStateMachine {
        var link = LinkStateMachine(end)
        switch end {
        case .calling:
            _ = link.apply(.ready, now: start)
            _ = link.apply(.heard(.welcome), now: start)
        case .answering:
            _ = link.apply(.heard(.hello), now: start)
        }
        return link
    }

    @Test func aCallerGreetsWhenItCanAndOpensAtTheWelcome() {
        var link = LinkStateMachine(.calling)
        #expect(link.apply(.tick, now: start) == [])
        #expect(link.apply(.ready, now: start) == [.sendHello])
        #expect(link.apply(.heard(.welcome), now: start) == [.open])
        #expect(link.isOpen)
    }

    @Test func helloIsRepeatedEachSecondUntilTheWelcome() {
        var link = LinkStateMachine(.calling)
        _ = link.apply(.ready, now: start)
        #expect(link.apply(.tick, now: start + .milliseconds(999)) == [])
        #expect(link.apply(.tick, now: start + .seconds(1)) == [.sendHello])
        #expect(link.apply(.tick, now: start + .milliseconds(1500)) == [])
        #expect(link.apply(.tick, now: start + .seconds(2)) == [.sendHello])
    }

    @Test func aConnectionThatBreaksBeforeTheWelcomeLosesNothing() {
        var link = LinkStateMachine(.calling)
        _ = link.apply(.ready, now: start)
        #expect(link.apply(.disconnected, now: start) == [])
        #expect(link.apply(.ready, now: start) == [.sendHello])
    }

    @Test func anAnswererIsOpenAtTheHelloAndWelcomesARepeatedOneWithoutOpeningAgain() {
        var link = LinkStateMachine(.answering)
        #expect(link.apply(.heard(.hello), now: start) == [.sendWelcome, .open])
        #expect(link.apply(.heard(.hello), now: start) == [.sendWelcome])
    }

    @Test(arguments: [LinkStateMachine.Word.message, .beat])
    func nothingPassesBeforeTheHello(word: LinkStateMachine.Word) {
        var link = LinkStateMachine(.answering)
        #expect(link.apply(.heard(word), now: start) == [.sendGoodbye, .discard])
        #expect(!link.isOpen)
    }

    @Test(arguments: [LinkStateMachine.End.calling, .answering])
    func anOpenLinkDeliversAndBeatsEachSecond(end: LinkStateMachine.End) {
        var link = openLink(end)
        #expect(link.apply(.heard(.message), now: start) == [.deliver])
        for second in 1...10 {
            let now = start + .seconds(second)
            #expect(link.apply(.heard(.beat), now: now) == [])
            #expect(link.apply(.tick, now: now) == [.sendBeat])
            #expect(link.apply(.tick, now: now + .milliseconds(500)) == [])
        }
    }

    @Test(arguments: [LinkStateMachine.End.calling, .answering])
    func threeSecondsOfSilenceLoseTheLink(end: LinkStateMachine.End) {
        var link = openLink(end)
        _ = link.apply(.tick, now: start + .seconds(1))
        _ = link.apply(.tick, now: start + .seconds(2))
        #expect(link.apply(.tick, now: start + .milliseconds(2999)) == [])
        #expect(link.apply(.tick, now: start + .seconds(3)) == [.lose(.silent), .discard])
        #expect(link.state == .ended(.silent))
    }

    /// A router whose inbox is full reads nobody: all its peers would be lost at once.
    @Test func silenceIsNotJudgedByWhoDoesNotListen() {
        var link = openLink(.answering)
        for second in 1...9 {
            _ = link.apply(.notListening, now: start + .seconds(second))
            #expect(link.apply(.tick, now: start + .seconds(second)) == [.sendBeat])
        }
        #expect(link.apply(.tick, now: start + .seconds(12)) == [.lose(.silent), .discard])
    }

    @Test(arguments: [LinkStateMachine.Word.message, .beat])
    func anyWordProvesLife(word: LinkStateMachine.Word) {
        var link = openLink(.answering)
        _ = link.apply(.heard(word), now: start + .milliseconds(2900))
        #expect(link.apply(.tick, now: start + .seconds(5)) == [.sendBeat])
        #expect(link.apply(.tick, now: start + .milliseconds(5900)) == [.lose(.silent), .discard])
    }

    @Test(arguments: [
        (LinkStateMachine.Event.disconnected, LinkLoss.disconnected), (.heard(.goodbye), .goodbye),
        (.unreachable, .unreachable), (.superseded, .superseded),
    ])
    func anOpenLinkIsLostOnceAndNeverRevives(event: LinkStateMachine.Event, loss: LinkLoss) {
        var link = openLink(.calling)
        #expect(link.apply(event, now: start) == [.lose(loss), .discard])
        let everything: [LinkStateMachine.Event] = [
            .ready, .disconnected, .superseded, .unreachable, .tick, .notListening, .heard(.hello), .heard(.welcome),
            .heard(.beat),
            .heard(.goodbye), .heard(.unsupportedVersion), .heard(.message),
        ]
        for later in everything { #expect(link.apply(later, now: start + .seconds(9)) == []) }
    }

    @Test func aCallerOfAnotherVersionGivesUpWithoutALossToTell() {
        var link = LinkStateMachine(.calling)
        _ = link.apply(.ready, now: start)
        #expect(link.apply(.heard(.unsupportedVersion), now: start) == [.discard])
    }
}
