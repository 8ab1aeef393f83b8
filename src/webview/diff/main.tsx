// oxlint-disable-next-line import/no-unassigned-import -- for the bundler, which writes it beside the script
import "../../../media/diff.css";
import { startPanel } from "../panel.tsx";
import { Diff } from "./app.tsx";

startPanel(Diff);
