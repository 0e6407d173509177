using Engagement.Engine.Stream;
using Microsoft.Extensions.DependencyInjection;
using Polly.Timeout;

namespace Engagement.Engine.Api;

/// <summary>A log or store that is away is no fault of the request: 503 with Retry-After, and whatever was asked may be asked again.</summary>
internal static class OutagePolicy
{
    private const string RetryAfterSeconds = "1";

    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (IsOutage(e) && !context.HttpContext.Response.HasStarted)
        {
            context.HttpContext.RequestServices.GetRequiredService<EngineMetrics>().AnsweredUnavailable();
            SayWhen(context.HttpContext);
            return Problems.Unavailable("The log or the store cannot be reached at the moment. Repeating the request is safe.");
        }
    }

    public static bool IsOutage(Exception e) => e is LogUnavailableException or TimeoutRejectedException or IOException;

    public static void SayWhen(HttpContext context) => context.Response.Headers.RetryAfter = RetryAfterSeconds;
}
