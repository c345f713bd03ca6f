import DeviceProtocol
import RelayDomain
import Sealing

@testable import POSAgent

/// A driver that sees another thing of a sending than the one below it.
struct ReadingDriver: InputWindowDriver {
    let base: JSONLinesDriver
    let sighting: Evidence.Sighting

    func probe() async throws(DriverFailure) { try await base.probe() }
    func locate(_ application: ApplicationID) async throws(DriverFailure) -> InputWindow {
        try await base.locate(application)
    }
    func activate(_ window: InputWindow) async throws(DriverFailure) -> ActiveWindow {
        try await base.activate(window)
    }
    func enter(
        _ secret: Secret, into opening: WindowOpening, mark: CommandID
    ) async throws(DriverFailure) -> Secret? { try await base.enter(secret, into: opening, mark: mark) }
    func look(at opening: WindowOpening) async throws(DriverFailure) -> WindowState {
        try await base.look(at: opening)
    }
    func send(
        _ opening: WindowOpening, mark: CommandID, sum: Amount?
    ) async throws(DriverFailure) -> Evidence.Sighting {
        _ = try await base.send(opening, mark: mark, sum: sum)
        return sighting
    }
    func confirm(_ mark: CommandID, wait: Duration) async throws(DriverFailure) -> Confirmation {
        guard case .finished(_, let answer) = try await base.confirm(mark, wait: wait) else {
            return .sending(sighting)
        }
        return .finished(sighting, answer)
    }
    func clear(_ opening: WindowOpening) async throws(DriverFailure) -> WindowState { try await base.clear(opening) }
    func finish() async { await base.finish() }
}
