using System.Diagnostics;
using System.Diagnostics.Metrics;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine;
using Engagement.Engine.Stream.Spool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hosts.Tests.Stream.Spool;

/// <summary>A spool over a log, as a collector has it; opened on the same file again it is the next process.</summary>
internal sealed class OpenSpool : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SpoolMetrics _metrics;

    public OpenSpool(IEventLog log, string file, long bytesMax = Limits.SpoolBytesDefault, IEnumerable<string>? topics = null)
    {
        var time = new HastyTimeProvider();
        var meters = _services.GetRequiredService<IMeterFactory>();
        _metrics = new SpoolMetrics(meters);
        Log = new SpooledEventLog(log, new SpoolOptions { Path = file, BytesMax = bytesMax }, new Resilience(time, new EngineMetrics(meters), NullLogger<Resilience>.Instance),
            _metrics, time, NullLogger.Instance, topics);
    }

    public SpooledEventLog Log { get; }

    /// <summary>Until everything is in the log and goes straight to it.</summary>
    public async Task DrainedAsync(string about = "")
    {
        for (var clock = Stopwatch.StartNew(); (await Log.GetStatusAsync(default)).IsSpooling; await Task.Delay(2))
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{about} still spooling: {await Log.GetStatusAsync(default)}");
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _metrics.Dispose();
        await _services.DisposeAsync();
    }
}
