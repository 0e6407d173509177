using System.Text.Json.Serialization;

namespace Engagement.Server.Hosting;

/// <summary><c>/health/live</c> and <c>/health/ready</c>.</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live"))
            .WithName("Live").WithTags("Health")
            .WithSummary("Whether the process runs")
            .WithDescription("Answers 200 and asks no dependency: for restarts, not for traffic.");
        routes.MapGet("/health/ready", async (ReadinessService readiness, CancellationToken cancellation) =>
            {
                var answer = await readiness.AskAsync(cancellation);
                return Results.Json(answer, HealthJson.Default.ReadinessAnswer, statusCode: answer.IsReady ? 200 : 503);
            })
            .WithName("Ready").WithTags("Health")
            .WithSummary("Whether traffic should come here, each dependency by name")
            .WithDescription("200 when every dependency is ok or degraded, 503 when one is unavailable or the server is stopping. An invalid site file degrades: its site's last good file is served.")
            .Produces<ReadinessAnswer>().Produces<ReadinessAnswer>(StatusCodes.Status503ServiceUnavailable);
    }
}

[JsonSerializable(typeof(ReadinessAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class HealthJson : JsonSerializerContext;
