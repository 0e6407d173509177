using System.Text.Json.Serialization;
using Engagement.Core.Decisions;
using Engagement.Engine.Sites;

namespace Engagement.Engine.Api;

/// <summary>What thresholds would mean for one model.</summary>
/// <param name="Model">Version, as in decisions.</param>
/// <param name="State">The threshold's name in the site file: <c>purposeful</c> or <c>floundering</c>.</param>
/// <param name="NeedingSessions">Evaluated sessions with the outcome.</param>
/// <param name="InUse">Whether the site decides by this very model.</param>
/// <param name="ThresholdNow">The site's own.</param>
/// <param name="NeedingShare">Share of sessions that need a person, as it was taken.</param>
/// <param name="BreakEven">Probability from which on an offer is worth its cost, were every probability exactly true.</param>
/// <param name="NothingIsBetter">Whether offering nobody anything costs no more than the best threshold.</param>
/// <param name="Config">What to write into the site file for the best threshold.</param>
public sealed record OperatingModelAnswer(
    string Model, string State, string Outcome, string MeasuredOn, long NeedingSessions, long OtherSessions, bool InUse, double ThresholdNow,
    double NeedingShare, double BreakEven, double CostOfNonePerHour, bool NothingIsBetter, OperatingPoint Best, OperatingPoint Now, string Config,
    IReadOnlyList<OperatingPoint> Points);

/// <summary>Thresholds by stated costs, for every model that has a table.</summary>
/// <param name="Costs">As they were taken: what was not given has its default.</param>
/// <param name="Unreadable">Tables that could not be used.</param>
public sealed record OperatingAnswer(string Site, OperatingCosts Costs, IReadOnlyList<OperatingModelAnswer> Models, IReadOnlyList<OperatingTableFault> Unreadable);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OperatingAnswer))]
internal sealed partial class OperatingJson : JsonSerializerContext;
