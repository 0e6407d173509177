namespace EndToEnd.AgentsConsole;

/// <summary>A test of the console that needs an engine with conversations.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConversationFactAttribute : FactAttribute
{
    public ConversationFactAttribute()
    {
        if (new ConsoleFactAttribute().Skip is { } skip) Skip = skip;
        else if (Type.GetType("Engagement.Engine.Conversations.ConversationHub, Engagement.Engine") is null) Skip = "this engine has no conversations";
    }
}
