using System.Globalization;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Engine.Sites;

namespace Engagement.Engine.Api;

/// <summary><c>GET /v1/models/operating-points</c>: what each threshold would cost and mean, by the costs that the operator states in the query.</summary>
internal static class OperatingPointEndpoints
{
    private static readonly string[] Numbers = ["agentMinute", "interruption", "lostVisitor", "minutes", "sessionsAnHour", "accepted", "needing"];

    public static void MapOperatingPoints(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/models/operating-points", Get)
            .WithName("GetOperatingPoints").WithTags("Operation")
            .WithSummary("Thresholds by stated costs: offers an hour, precision, share reached, agent hours, cost; with 95 % intervals")
            .WithDescription(
                "Query, all optional: agentMinute (0.8), interruption (0.5), lostVisitor (20), minutes (6; of a conversation), sessionsAnHour (1000), accepted (1; share of offers taken), " +
                "needing (as evaluated; share of sessions that need a person). Costs are in any one currency.")
            .Produces<OperatingAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);

    private static IResult Get(HttpContext context, SiteCatalogSource sites, OperatingTableReader reader)
    {
        if (!Credentials.TryKey(context.Request, sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        if (!TryCosts(context.Request.Query, out var costs, out problem)) return problem!;
        var (tables, faults) = reader.Read();
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new OperatingAnswer(site.Id, costs, [.. tables.Select(table => AnswerOf(table, costs, site))], faults), OperatingJson.Default.OperatingAnswer);
    }

    private static OperatingModelAnswer AnswerOf(OperatingTable table, OperatingCosts costs, SiteModel site)
    {
        var (threshold, model) = table.State == "purposeful" ? (site.Policy.PurposefulThreshold, site.Purposeful) : (site.Policy.FlounderingThreshold, site.Floundering);
        var now = Math.Round(threshold, 4);
        var curve = OperatingCurve.Of(table, costs);
        return new OperatingModelAnswer(
            table.Model, table.State, table.Outcome, table.MeasuredOn, table.Needing.Sum(), table.Others.Sum(), model?.Version == table.Model, now, curve.NeedingShare,
            costs.BreakEven, curve.CostOfNonePerHour, curve.IsNothingBetter, curve.Best, curve.At(now),
            string.Create(CultureInfo.InvariantCulture, $"\"policy\": {{ \"thresholds\": {{ \"{table.State}\": {curve.Best.Threshold:0.##} }} }}"), curve.Points);
    }

    private static bool TryCosts(IQueryCollection query, out OperatingCosts costs, out IResult? problem)
    {
        costs = new OperatingCosts(0.8, 0.5, 20, 6, 1000);
        problem = null;
        foreach (var name in Numbers)
        {
            if (!query.TryGetValue(name, out var given)) continue;
            if (given.Count != 1 || !double.TryParse(given[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                problem = Problems.Invalid(name, "one number, with a point for decimals");
                return false;
            }
            costs = With(costs, name, value);
        }
        if (costs.Validate() is { } fault) problem = Problems.Invalid(fault.Field, fault.Allowed);
        return problem is null;
    }

    private static OperatingCosts With(OperatingCosts costs, string name, double value) => name switch
    {
        "agentMinute" => costs with { AgentMinute = value },
        "interruption" => costs with { Interruption = value },
        "lostVisitor" => costs with { LostVisitor = value },
        "minutes" => costs with { MinutesPerConversation = value },
        "sessionsAnHour" => costs with { SessionsPerHour = value },
        "accepted" => costs with { AcceptedShare = value },
        _ => costs with { NeedingShare = value },
    };
}
