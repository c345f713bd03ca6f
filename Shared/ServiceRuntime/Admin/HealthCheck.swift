/// What `--health` does: asks the running instance of this name whether it is ready, for the health checks of
/// containers.
struct HealthCheck {
    /// How long the answer may take.
    static let limit = Duration.seconds(3)

    let service: String
    let environment: [String: String]

    /// Exit code 0 if the instance is ready; 1 with its answer, or that it does not answer.
    var end: ProcessEnd {
        get async {
            do {
                let runtime = try RuntimeConfiguration(Settings(environment), service: service)
                guard let admin = try address(by: runtime) else {
                    return ProcessEnd(exitCode: 1, line: "\(service): \(runtime.instance) has not announced itself")
                }
                let answer = try await AdminClient.get("/readyz", at: admin, within: Self.limit)
                let isReady = answer.hasPrefix("HTTP/1.1 200 ")
                let body = answer.split(separator: "\r\n").last.map(String.init)
                return ProcessEnd(exitCode: isReady ? 0 : 1, output: body)
            } catch let error as SettingsError {
                return ProcessEnd(service: service, error: error)
            } catch {
                return ProcessEnd(
                    exitCode: 1, line: "\(service): the admin port does not answer (\(systemReason(error)))")
            }
        }
    }

    /// A configured admin port is enough: a standby answers there before it announces itself.
    private func address(by runtime: RuntimeConfiguration) throws(RuntimeError) -> HostPort? {
        guard runtime.admin.port == 0 else { return runtime.admin.reachable }
        return try Announcement.read(home: runtime.home, name: runtime.instance).flatMap { HostPort($0.admin) }
    }
}
