using System.CommandLine;

namespace Engagement.Server.Commands;

/// <summary>The verbs of the one executable; each in a file of its own.</summary>
public static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Context-aware proactive engagement: hears events, leaves most visitors alone, offers a person where one is needed and free.")
        {
            ServeCommand.Create(),
            ReplayCommand.Create(),
            ConfigCommand.Create(),
            LogCommand.Create(),
            GapsCommand.Create(),
            RejectsCommand.Create(),
            TopicsCommand.Create(),
            HealthCommand.Create(),
        };
        VersionText.Install(root);
        return root;
    }
}
