import Foundation
import Metrics
import Testing

@testable import ServiceRuntime

/// What is counted is what Prometheus reads, and no label can make it grow without bound.
@Suite(.timeLimit(.minutes(2))) struct MetricsRegistryTests {
    private let registry = MetricsRegistry()

    @Test func countersGaugesAndTimersKeepTheirMeaning() throws {
        Counter(label: "baton.router.commands", dimensions: [("kind", "send")], factory: registry).increment(by: 3)
        Counter(label: "baton.router.commands", dimensions: [("kind", "send")], factory: registry).increment()
        Gauge(label: "baton.sessions", factory: registry).record(9)
        Gauge(label: "baton.sessions", factory: registry).record(7)
        let meter = Meter(label: "baton.queue", factory: registry)
        meter.set(5)
        meter.decrement(by: 2.5)
        let timer = Timer(label: "baton.commit", factory: registry)
        timer.recordMilliseconds(1)
        timer.recordMilliseconds(3)
        timer.recordSeconds(90)
        Recorder(label: "baton.batch", factory: registry).record(16)

        let samples = try PrometheusSamples(registry.exposition())
        #expect(samples["baton_router_commands_total{kind=\"send\"}"] == 4)
        #expect(samples.types["baton_router_commands_total"] == "counter")
        #expect(samples["baton_sessions"] == 7)
        #expect(samples["baton_queue"] == 2.5)
        #expect(samples["baton_commit_seconds_bucket{le=\"0.001\"}"] == 1)
        #expect(samples["baton_commit_seconds_bucket{le=\"0.005\"}"] == 2)
        #expect(samples["baton_commit_seconds_bucket{le=\"60\"}"] == 2)
        #expect(samples["baton_commit_seconds_count"] == 3)
        #expect(samples["baton_commit_seconds_sum"] == 90.004)
        #expect(samples["baton_batch_bucket{le=\"16\"}"] == 1)
        #expect(samples["baton_batch_bucket{le=\"8\"}"] == 0)
    }

    @Test func strangeNamesAndLabelsAreMadeSafe() throws {
        let dimensions = [("le", "a\"b\\c\nd"), ("2nd label", "ü"), ("2nd label", "é")]
        Counter(label: "7 höchst/seltsam", dimensions: dimensions, factory: registry).increment()
        Timer(label: "t", dimensions: [("le", "x")], factory: registry).recordSeconds(1)
        let samples = try PrometheusSamples(registry.exposition())
        #expect(samples[#"_7_h_chst_seltsam_total{_2nd_label="é",le_="a\"b\\c\nd"}"#] == 1)
    }

    @Test func tooManySeriesAreRefusedAndCounted() throws {
        for number in 0..<1_000 {
            Counter(label: "calls", dimensions: [("caller", "\(number)")], factory: registry).increment()
        }
        let samples = try PrometheusSamples(registry.exposition())
        #expect(samples.values.keys.filter { $0.hasPrefix("calls_total") }.count == MetricsRegistry.seriesMax)
        #expect(samples["baton_process_series_refused_total"] == Double(1_000 - MetricsRegistry.seriesMax))
    }

    @Test func tooManyNamesAreRefusedAndCounted() throws {
        for number in 0...MetricsRegistry.familiesMax { Counter(label: "name\(number)", factory: registry).increment() }
        let samples = try PrometheusSamples(registry.exposition())
        #expect(samples["baton_process_series_refused_total"] == 1)
    }

    @Test func oneNameIsOneKind() throws {
        Gauge(label: "x_seconds", factory: registry).record(1)
        Timer(label: "x", factory: registry).recordSeconds(1)
        let samples = try PrometheusSamples(registry.exposition())
        #expect(samples.types["x_seconds"] == "gauge")
        #expect(samples["baton_process_series_refused_total"] == 1)
    }

    @Test func manyThreadsLoseNoCount() async throws {
        await withDiscardingTaskGroup { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    let counter = Counter(label: "n", factory: registry)
                    let timer = Timer(label: "t", factory: registry)
                    for _ in 0..<1_000 {
                        counter.increment()
                        timer.recordNanoseconds(1)
                    }
                }
            }
        }
        let samples = try PrometheusSamples(registry.exposition())
        #expect(samples["n_total"] == 8_000)
        #expect(samples["t_seconds_count"] == 8_000)
    }

    @Test func theProcessTellsItsOwnFigures() throws {
        let loops = Loops()
        let tick = loops.begin("router")
        let text = ProcessMetrics(
            service: "baton-router", instance: "router", startedAt: .now, home: Home("/tmp"), loops: loops
        ).exposition()
        tick()
        let samples = try PrometheusSamples(text)
        #expect(samples.values.keys.contains { $0.hasPrefix("baton_build_info{service=\"baton-router\"") })
        #expect(try #require(samples["process_resident_memory_bytes"]) > 1_000_000)
        #expect(try #require(samples["process_open_fds"]) >= 3)
        #expect(try #require(samples["process_cpu_seconds_total"]) > 0)
        #expect(try #require(samples["process_max_fds"]) > 0)
        #expect(try #require(samples["baton_process_home_free_bytes"]) > 0)
        #expect(try #require(samples[#"baton_process_loop_tick_age_seconds{loop="router"}"#]) < 60)
        #expect(samples[#"baton_process_output_lost_total{stream="stderr"}"#] != nil)
        #expect(abs(try #require(samples["process_start_time_seconds"]) - Date().timeIntervalSince1970) < 60)
    }
}
