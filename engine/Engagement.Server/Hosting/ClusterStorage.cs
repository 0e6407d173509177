using Engagement.Collector;
using Engagement.Core.Contracts;
using Engagement.Engine;
using Engagement.Engine.Delivery.Redis;
using Engagement.Engine.Stream.Kafka;
using Engagement.Engine.Stream.Spool;

namespace Engagement.Server.Hosting;

/// <summary>The log in Kafka and the delivery store in Redis, shared by all nodes; where events are taken, a spool of this node's own before the log.</summary>
internal static class ClusterStorage
{
    /// <summary>The spool's file in a data directory.</summary>
    public static string SpoolOf(string data) => Path.Combine(data, "spool.db");

    /// <summary>
    /// Neither has to be there yet. Resolving throws <see cref="UnauthorizedAccessException"/> where Redis is there and refuses user or password. The
    /// container closes them in the order of their making, the log last.
    /// </summary>
    public static void AddClusterStorage(this IServiceCollection services, ServeOptions options)
    {
        var cluster = options.Cluster!;
        services.AddSingleton<IEventLog>(provider => Wait(KafkaEventLog.OpenAsync(cluster.ToKafka(), Loggers(provider), Time(provider), CancellationToken.None)));
        services.AddSingleton<IDeliveryStore>(provider => Wait(RedisDeliveryStore.OpenAsync(cluster.ToRedis(), Loggers(provider), Time(provider), CancellationToken.None)));

        // A shared part that is away is no better on another node: what still works goes on here, and the check says what does not.
        services.AddSingleton(provider => ReadinessCheck.Of("event_log", provider.GetRequiredService<IEventLog>().CheckAsync) with { IsVital = false });
        services.AddSingleton(provider => ReadinessCheck.Of("delivery_store", provider.GetRequiredService<IDeliveryStore>().CheckAsync) with { IsVital = !options.TakesEvents });
        services.AddSingleton(cluster);
        services.AddSingleton<TopicCheckService>();
        services.AddHostedService(provider => provider.GetRequiredService<TopicCheckService>());
        services.AddSingleton(provider => new ReadinessCheck("topics", _ => ValueTask.FromResult(
            provider.GetRequiredService<TopicCheckService>().Wrong is { } wrong ? DependencyStatus.Degraded("topics", wrong) : DependencyStatus.Ok("topics"))));
        if (options.TakesEvents) services.AddSpool(new SpoolOptions { Path = SpoolOf(options.Data), BytesMax = cluster.SpoolBytesMax });
    }

    private static ILoggerFactory Loggers(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>();

    private static TimeProvider Time(IServiceProvider provider) => provider.GetRequiredService<TimeProvider>();

    /// <summary>Once, at the start, for two seconds at most: a container makes its parts in place.</summary>
    private static T Wait<T>(ValueTask<T> opening) => opening.AsTask().GetAwaiter().GetResult();

    private static void AddSpool(this IServiceCollection services, SpoolOptions options)
    {
        services.AddSingleton<SpoolMetrics>();
        services.AddSingleton(provider => new SpooledEventLog(
            provider.GetRequiredService<IEventLog>(), options, provider.GetRequiredService<Resilience>(), provider.GetRequiredService<SpoolMetrics>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SpooledEventLog>>()));
        services.AddSingleton(provider => new IntakeLog(provider.GetRequiredService<SpooledEventLog>()));
        services.AddSingleton(provider => CheckOf(provider.GetRequiredService<SpooledEventLog>()));
    }

    private static ReadinessCheck CheckOf(SpooledEventLog spool) => new("event_spool", async cancellation =>
    {
        await spool.CheckAsync(cancellation);
        var status = await spool.GetStatusAsync(cancellation);
        return status.IsSpooling
            ? DependencyStatus.Degraded("event_spool", $"{status.Records} records ({status.Bytes} bytes) of {status.Lanes} partitions wait on this node's disk, the oldest for {status.Age.TotalSeconds:F0} s")
            : DependencyStatus.Ok("event_spool");
    });
}
