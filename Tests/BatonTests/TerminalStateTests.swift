import RelayDomain
import Testing

@testable import Baton

/// What `baton get terminals` says of the device that serves a terminal.
@Suite(.timeLimit(.minutes(2))) struct TerminalStateTests {
    private func text(
        isOnline: Bool, _ readiness: DeviceReadiness = .ready, isPaired: Bool = false, isTerminalOnline: Bool = true
    ) -> String {
        TerminalInfo(
            terminal: TerminalID("counter-1")!, isPaired: isPaired, isOnline: isOnline, readiness: readiness,
            isTerminalOnline: isTerminalOnline
        ).stateText
    }

    @Test func aPairedCounterIsOnlineOnlyWithBothItsDevices() {
        #expect(text(isOnline: true, isPaired: true) == "online")
        #expect(text(isOnline: false, isPaired: true) == "offline: the POS agent is not connected")
        #expect(
            text(isOnline: true, isPaired: true, isTerminalOnline: false)
                == "offline: the relay terminal is not connected")
        #expect(text(isOnline: false, isPaired: true, isTerminalOnline: false) == "offline")
    }

    @Test func aDeviceIsOfflineOnlineOrSaysWhyItIsNotReady() {
        #expect(text(isOnline: false) == "offline")
        #expect(text(isOnline: true) == "online")
        #expect(text(isOnline: true, .notReady(ReasonCode("noPOSProgram"))) == "online, not ready: noPOSProgram")
        #expect(text(isOnline: true, .notReady(nil)) == "online, not ready")
    }
}
