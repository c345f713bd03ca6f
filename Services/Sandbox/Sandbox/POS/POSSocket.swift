import Foundation
import NIOCore
import NIOPosix
import ServiceRuntime

/// Opens the channels of the POS program: lines in, bytes out.
enum POSSocket {
    typealias Connection = NIOAsyncChannel<POSLineDecoder.Line, ByteBuffer>
    typealias Server = NIOAsyncChannel<Connection, Never>

    /// - Throws: ``SandboxError/cannotListen(key:address:reason:)``.
    static func bind(_ socket: POSConfiguration.Socket, on group: any EventLoopGroup) async throws -> Server {
        let bootstrap = ServerBootstrap(group: group).serverChannelOption(.backlog, value: 4)
        do {
            switch socket {
            case .address(let address):
                return try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(host: address.host, port: address.port, childChannelInitializer: connection)
            case .path(let path):
                let server = try await bootstrap.bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: connection)
                guard chmod(path, 0o600) == 0 else { throw IOError(errnoCode: errno, reason: "chmod") }
                return server
            }
        } catch {
            throw SandboxError.cannotListen(key: "BATON_POS_SOCKET", address: "\(socket)", reason: systemReason(error))
        }
    }

    /// Removes a closed socket's file.
    static func clear(_ socket: POSConfiguration.Socket) {
        if case .path(let path) = socket { unlink(path) }
    }

    /// The address for drivers, as they would write it.
    static func name(of channel: any Channel, _ socket: POSConfiguration.Socket) -> String {
        switch socket {
        case .path(let path): path
        case .address(let address): "\(address.host):\(channel.localAddress?.port ?? address.port)"
        }
    }

    @Sendable private static func connection(_ channel: any Channel) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(POSLineDecoder()))
            return try Connection(wrappingChannelSynchronously: channel)
        }
    }
}
