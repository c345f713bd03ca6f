import RelayDomain
import Testing

@testable import Baton

/// What `baton get terminals` says of the device that serves a terminal.
@Suite struct TerminalStateTests {
    private func text(isOnline: Bool, _ readiness: DeviceReadiness = .ready) -> String {
        TerminalInfo(
            terminal: TerminalID("counter-1")!, isPaired: true, isOnline: isOnline, readiness: readiness
        ).stateText
    }

    @Test func aDeviceIsOfflineOnlineOrSaysWhyItIsNotReady() {
        #expect(text(isOnline: false) == "offline")
        #expect(text(isOnline: true) == "online")
        #expect(text(isOnline: true, .notReady(ReasonCode("noPOSProgram"))) == "online, not ready: noPOSProgram")
        #expect(text(isOnline: true, .notReady(nil)) == "online, not ready")
    }
}
