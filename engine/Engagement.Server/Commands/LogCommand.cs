using System.CommandLine;

namespace Engagement.Server.Commands;

/// <summary><c>log dump</c>: what stands in a topic of the embedded log, for operators.</summary>
public static class LogCommand
{
    public static Command Create() => new("log", "Reads the embedded log");
}
