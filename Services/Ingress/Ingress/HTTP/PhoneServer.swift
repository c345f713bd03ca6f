import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import ServiceRuntime

/// The port where phones connect.
///
/// Ends before ``RouterClient`` does: it accepts no more requests, and waiting ones are answered with the present
/// state.
struct PhoneServer: Service {
    let address: HostPort
    let limits: PhoneLimits
    /// How long after it was told to end the process is terminated.
    let drainTimeout: Duration
    let api: PhoneAPI
    let logger: Logger
    /// Called once with the address that is bound.
    let onBound: @Sendable (HostPort) throws -> Void

    /// Files that the ingress needs beside its connections: the routers' sockets, the admin port's, logs.
    private static let otherFiles = 128

    /// How long phones may take to send what they have begun, and to read their answers, once the process is told to
    /// end. The rest of the drain limit is for the services that end after this server.
    static func farewell(within drainTimeout: Duration) -> TimeAmount {
        min(PhoneConnection.arrivalMax + .seconds(2), TimeAmount(drainTimeout * 4 / 5))
    }

    /// Serves until told to stop.
    /// - Throws: ``IngressError/cannotListen(address:reason:)`` if the address cannot be bound.
    func run() async throws {
        let loop = api.routers.loop
        var limits = limits
        limits.connectionsMax = OpenFiles.room(
            for: limits.connectionsMax, beside: Self.otherFiles, logger: logger)
        let connections = try await loop.submit { [limits] in
            NIOLoopBound(PhoneConnections(api, limits, on: loop), eventLoop: loop)
        }.get()
        defer { loop.execute { connections.value.dropAll() } }
        let listener: any Channel
        do {
            listener = try await PhoneConnections.listen(on: address, connections, loop)
        } catch let error as IOError {
            throw IngressError.cannotListen(address: address.description, reason: systemReason(error))
        }
        let port = listener.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
        do {
            try onBound(HostPort(host: address.host, port: port).reachable)
            try await gracefulShutdown()
        } catch {
            try? await listener.close()
            throw error
        }
        try? await listener.close()
        api.routers.drain()
        let limit = loop.scheduleTask(in: Self.farewell(within: drainTimeout)) { connections.value.dropAll() }
        try await loop.flatSubmit { connections.value.end() }.get()
        limit.cancel()
    }
}
