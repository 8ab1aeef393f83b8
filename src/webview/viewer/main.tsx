// oxlint-disable-next-line import/no-unassigned-import -- for the bundler, which writes it beside the script
import "../../../media/viewer.css";
import { startPanel } from "../panel.tsx";
import { Viewer } from "./app.tsx";

startPanel(Viewer);
