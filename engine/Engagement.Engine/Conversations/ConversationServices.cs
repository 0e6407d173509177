using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Engine.Conversations;

/// <summary>Registers what conversations need.</summary>
internal static class ConversationServices
{
    public static void AddConversations(this IServiceCollection services)
    {
        services.AddSingleton<ConversationFollowers>();
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = ConversationEndpoints.HubMessageBytesMax;
            hub.EnableDetailedErrors = false;
        }).AddJsonProtocol(json => json.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
    }
}
