using Engagement.Core;
using Engagement.Core.Cards;

namespace Engagement.Engine.Agents;

/// <summary>What an agent may be called. Pure.</summary>
internal static class AgentIds
{
    private const int CharactersMax = 64;

    public const string Rule = "1 to 64 letters, digits, '.', '_', '-', '@'";

    public static readonly string SkillsRule = $"{Limits.AgentSkillsMax} at most, each 1 to {Limits.SkillCharactersMax} lower-case letters, digits, '_', '-'";
    public static readonly string LanguagesRule = $"{Limits.AgentSkillsMax} language tags at most, such as en or de-AT";

    public static bool TrySkills(string[]? said, out string[] skills)
    {
        skills = [.. (said ?? []).Distinct(StringComparer.Ordinal)];
        return skills.Length <= Limits.AgentSkillsMax && skills.All(IsSkill);
    }

    public static bool IsSkill(string? skill) =>
        skill is { Length: > 0 and <= Limits.SkillCharactersMax } && skill.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');

    /// <summary>As primary subtags.</summary>
    public static bool TryLanguages(string[]? said, out string[] languages)
    {
        var read = (said ?? []).Select(RoutingSkill.LanguageOf).ToArray();
        languages = [.. read.OfType<string>().Distinct(StringComparer.Ordinal)];
        return read.Length <= Limits.AgentSkillsMax && !read.Contains(null);
    }

    public static bool IsValid(string? agent) =>
        agent is { Length: > 0 and <= CharactersMax } && agent.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@');
}
