using Engagement.Desks.Delivery;
using Engagement.Desks.Outgoing;
using Engagement.Desks.Presence;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Desks;

/// <summary>Registers desks and webhooks. Needs the engine host beside it, with its log, store and sites.</summary>
public static class DeskServices
{
    /// <summary>Throws <see cref="ArgumentException"/> with every error when an option is out of its bounds.</summary>
    public static IServiceCollection AddDesks(this IServiceCollection services, DeskOptions? options = null)
    {
        options ??= new DeskOptions();
        if (options.Validate() is { Count: > 0 } errors) throw new ArgumentException($"Desk options: {string.Join("; ", errors)}", nameof(options));
        services.AddSingleton(options);
        services.AddSingleton<OutgoingClient>();
        services.AddSingleton<DeskFactory>();
        services.AddSingleton<DeskAssignment>();
        services.AddSingleton<AcceptedCards>();
        services.AddSingleton<ReceiverDirectory>();
        services.AddSingleton<DeliveryParts>();
        services.AddSingleton<NoticeDeliveryService>();
        services.AddHostedService(provider => provider.GetRequiredService<NoticeDeliveryService>());
        services.AddSingleton<DeskPresenceService>();
        services.AddHostedService(provider => provider.GetRequiredService<DeskPresenceService>());
        return services;
    }
}
