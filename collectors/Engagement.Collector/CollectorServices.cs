using Engagement.Collector.Bots;
using Engagement.Collector.Budgets;
using Engagement.Collector.Dialects;
using Engagement.Collector.Rejects;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Engagement.Collector;

/// <summary>Registers the collector. The host gives <c>IEventLog</c> and <c>SiteCatalogSource</c>, and may give a <c>TimeProvider</c> and, to keep rejected events as they came, an <c>IDeliveryStore</c>.</summary>
public static class CollectorServices
{
    /// <summary>
    /// Where events take another way into the log than the engine's records, the host registers an <see cref="IntakeLog"/> before. Throws <see cref="System.ComponentModel.DataAnnotations.ValidationException"/> when the options are out of their bounds.
    /// </summary>
    public static IServiceCollection AddCollector(this IServiceCollection services, CollectorOptions? options = null)
    {
        options ??= new CollectorOptions();
        options.Validate();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<CollectorMetrics>();
        services.AddSingleton<KeyBudgetPolicy>();
        services.AddSingleton<AddressBudgetPolicy>();
        services.AddSingleton<VisitorPolicy>();
        services.AddSingleton(_ => KnownBots.Load());
        services.AddSingleton<BotPolicy>();
        services.TryAddSingleton<DoorCounters>();
        services.TryAddSingleton(provider => new IntakeLog(provider.GetRequiredService<IEventLog>()));
        services.AddSingleton(provider => new OriginalSealer(
            provider.GetService<IDeliveryStore>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OriginalSealer>>()));
        services.AddSingleton<RejectMapping>(new RejectMapper(DialectCatalog.All).Map);
        services.AddSingleton<EventIntakeService>();
        return services;
    }
}
