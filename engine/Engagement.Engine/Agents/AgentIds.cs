namespace Engagement.Engine.Agents;

/// <summary>What an agent may be called. Pure.</summary>
internal static class AgentIds
{
    private const int CharactersMax = 64;

    public const string Rule = "1 to 64 letters, digits, '.', '_', '-', '@'";

    public static bool IsValid(string? agent) =>
        agent is { Length: > 0 and <= CharactersMax } && agent.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@');
}
