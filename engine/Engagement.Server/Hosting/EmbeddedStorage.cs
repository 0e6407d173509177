using Engagement.Core.Contracts;
using Engagement.Engine.Delivery.Embedded;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Server.Hosting;

/// <summary>The log and the delivery store of a node on its own, in one file.</summary>
public static class EmbeddedStorage
{
    /// <summary>The one file in a data directory.</summary>
    public static string DatabaseOf(string data) => Path.Combine(data, "engagement.db");

    /// <summary>The container closes log and store in the order of their making, the file last. Throws <see cref="IOException"/> when it is in use.</summary>
    internal static void AddEmbeddedStorage(this IServiceCollection services, ServeOptions options)
    {
        var database = EmbeddedDatabase.Open(DatabaseOf(options.Data), TimeProvider.System);
        services.AddSingleton(_ => database);
        services.AddSingleton<IEventLog>(provider => new EmbeddedEventLog(provider.GetRequiredService<EmbeddedDatabase>()));
        services.AddSingleton<IDeliveryStore>(provider => new EmbeddedDeliveryStore(
            provider.GetRequiredService<EmbeddedDatabase>(), provider.GetRequiredService<ILogger<EmbeddedDeliveryStore>>()));
        services.AddSingleton(provider => ReadinessCheck.Of("event_log", provider.GetRequiredService<IEventLog>().CheckAsync));
        services.AddSingleton(provider => ReadinessCheck.Of("delivery_store", provider.GetRequiredService<IDeliveryStore>().CheckAsync));
    }
}
